"""Files that come from banks and rosters that offices kept."""

from bureau.formbuilder.tabular import importers
from subsidies.loans.imports.decisions import DecisionImporter
from subsidies.loans.imports.drawdowns import DrawdownImporter
from subsidies.loans.imports.earlier import EarlierLoanImporter

importers.register(DecisionImporter())
importers.register(DrawdownImporter())
importers.register(EarlierLoanImporter())
