"""Lists of shops and companies, from whatever sheet an office keeps."""

from bureau.formbuilder.tabular import importers
from enterprises.imports.columns import enterprise_columns
from enterprises.imports.importer import EnterpriseImporter, Upserted

__all__ = ["EnterpriseImporter", "Upserted", "enterprise_columns"]

importers.register(EnterpriseImporter())

from enterprises.credentials import imports as credential_imports  # noqa: E402, F401
