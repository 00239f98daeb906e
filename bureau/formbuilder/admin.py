from bureau.formbuilder.tabular import admin  # noqa: F401  the pages of imports
