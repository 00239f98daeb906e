"""Pages of owners (`/apply/`, `/my/applications/`) and of offices that enter for them (`/entry/`)."""
