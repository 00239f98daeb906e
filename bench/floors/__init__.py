"""The same work by hand: SQL against the portal's own tables, with their indexes and foreign keys."""
