"""Loans of banks to shops: requests, lists to the bank, its decisions, drawdowns. The bureau lends nothing itself."""
