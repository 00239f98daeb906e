"""Makes an unknown variable in one of our own templates an error, and leaves other packages' templates alone."""

import sys


class UnknownVariable(Exception):
    """A template of the project names something that its view does not give."""


class Unknown(str):
    """Django's `string_if_invalid`: asked for its truth exactly when a variable was not found."""

    def __new__(cls, project):
        self = super().__new__(cls, "")
        self.project = project
        return self

    def __bool__(self):
        frame = sys._getframe(1)
        expression = frame.f_locals.get("self")
        if frame.f_code.co_name != "resolve" or not hasattr(expression, "filters"):
            return False
        if any(function.__name__ in ("default", "default_if_none") for function, _ in expression.filters):
            return False
        origin = _origin(frame)
        if origin.startswith(self.project) and "/site-packages/" not in origin:
            raise UnknownVariable(f"{{{{ {expression.token} }}}} in {origin}")
        return False


def _origin(frame):
    """The file of the innermost template node that is being rendered."""
    while frame:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if origin is not None:
            return str(origin.name)
        frame = frame.f_back
    return ""
