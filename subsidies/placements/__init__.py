"""The money side of placements: who qualifies for an allowance, and the payee lines that follow from it."""
