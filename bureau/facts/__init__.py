"""Facts about one subject, and eligibility rules over them.

    from bureau.facts import Fact, Related, register, rules
"""

from importlib import import_module
from typing import Any

_HOMES = {"Fact": "registry", "Related": "registry", "register": "registry", "Given": "rules"}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Found on first use: the package is imported before models exist."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
