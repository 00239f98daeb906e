"""Titles that the bureau gives to shops: nominated, selected, named, with a plaque, valid for years."""
