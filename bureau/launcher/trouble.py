"""What went wrong, in one line that tells the reader what to do."""


class Trouble(Exception):
    """Ends the launcher with its message and no traceback."""
