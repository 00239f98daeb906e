from bureau.formbuilder.tabular import importers
from training.imports.attendance import AttendanceImporter

importers.register(AttendanceImporter())

from training.placements import imports as placements  # noqa: E402, F401
