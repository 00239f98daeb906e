"""Writes of the loans: requests, lists to banks, what banks decide and pay, and loans of earlier times."""
