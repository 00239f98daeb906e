"""Sheets as offices keep them, read as they are: any importer names its columns and receives clean rows."""
