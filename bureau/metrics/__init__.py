"""Figures: declared once by the app that owns the data, computed from records, opened down to the records.

    from bureau.metrics import Column, Dimension, Metric, Sentence, Source, Units, compute, records, register
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Column": "registry", "Dimension": "registry", "DimensionValue": "registry", "Metric": "registry",
    "Sentence": "registry", "Source": "registry", "Bound": "registry", "register": "registry", "bound": "registry",
    "all_metrics": "registry", "all_sentences": "registry",
    "Units": "enums", "Sensitivity": "enums", "Section": "enums",
    "Figure": "figures", "Figures": "figures", "compute": "figures", "compute_all": "figures",
    "Question": "figures", "TOTAL": "figures",
    "Area": "areas", "area_of": "areas", "areas_of": "areas", "AREAS": "areas",
    "records": "drilling", "drill": "drilling", "Drill": "drilling", "snapshot": "snapshots",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Found on first use: the package is imported before models exist."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
