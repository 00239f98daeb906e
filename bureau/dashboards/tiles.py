"""A map of squares: each province where one would look for it, without boundaries. (A map with boundaries
needs a review number by law; squares do not.)"""

#: GB/T 2260 code: (row, column), counted from 0.
TILES = {
    "230000": (0, 8),
    "650000": (1, 0), "150000": (1, 5), "220000": (1, 8),
    "620000": (2, 1), "640000": (2, 3), "140000": (2, 5), "110000": (2, 6), "120000": (2, 7), "210000": (2, 8),
    "540000": (3, 0), "630000": (3, 1), "610000": (3, 3), "410000": (3, 5), "130000": (3, 6), "370000": (3, 7),
    "510000": (4, 2), "500000": (4, 3), "420000": (4, 4), "340000": (4, 5), "320000": (4, 6), "310000": (4, 7),
    "530000": (5, 1), "520000": (5, 2), "430000": (5, 4), "360000": (5, 5), "330000": (5, 6),
    "450000": (6, 3), "440000": (6, 4), "350000": (6, 5), "710000": (6, 7),
    "460000": (7, 3), "820000": (7, 4), "810000": (7, 5),
}
ROWS, COLUMNS = 8, 9
#: How dark a square is: shares of the largest value, from which on the next shade is used.
SHADES = (0.0, 0.08, 0.25, 0.5, 0.75)


def shade(value: float, largest: float) -> int:
    """0 for nothing, else 1 to 5."""
    if not value or not largest:
        return 0
    share = float(value) / float(largest)
    return sum(share > bound for bound in SHADES)
