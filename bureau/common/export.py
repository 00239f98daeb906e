"""What leaves in CSV must not run as a formula in somebody's spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_safe(value: object) -> str:
    """A cell as text; one that a spreadsheet would calculate gets an apostrophe in front. Numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text.startswith(FORMULA):
        return "'" + text
    return text
