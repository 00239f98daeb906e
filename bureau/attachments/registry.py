"""What files are for. Each app declares its purposes in `purposes.py`; an unknown purpose is a 404."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from bureau.attachments.checks.limits import KINDS, MEGABYTE

if TYPE_CHECKING:
    from bureau.accounts.models import User
    from bureau.attachments.models import Attachment


#: What people call the kinds; shown in hints and errors.
KIND_LABELS = {
    "image": _("photo (JPEG, PNG)"), "pdf": _("PDF"), "xlsx": _("Excel (.xlsx)"), "xls": _("Excel (.xls)"),
    "csv": _("CSV"),
}


@dataclass(frozen=True)
class Purpose:
    key: str
    kinds: frozenset[str]
    max_bytes: int
    may_read: Callable[[User, Attachment], bool]
    may_upload: Callable[[User], bool]
    inflated: int
    pages: int
    #: Names of pages that take such a file in a form of their own.
    doors: frozenset[str] = frozenset()

    @property
    def accept(self) -> str:
        """For the `accept` attribute of a file input; a phone turns HEIC into JPEG when it reads this."""
        return ",".join(ext for kind in sorted(self.kinds) for ext in KINDS[kind])

    @property
    def kind_labels(self) -> list[Any]:
        return [KIND_LABELS[kind] for kind in sorted(self.kinds)]


PURPOSES: dict[str, Purpose] = {}


def register_purpose(
    key: str,
    *,
    kinds: Collection[str],
    may_read: Callable[[User, Attachment], bool],
    max_bytes: int = 20 * MEGABYTE,
    may_upload: Callable[[User], bool] = lambda user: user.is_active,
    inflated: int = 50 * MEGABYTE,
    pages: int = 200,
    doors: Collection[str] = (),
) -> Purpose:
    """Declare a purpose once; `may_read` is asked for files that are bound to a subject."""
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"purpose {key}: unknown kinds {sorted(unknown)}")
    if key in PURPOSES:
        raise ValueError(f"purpose {key} is registered twice")
    PURPOSES[key] = Purpose(key, frozenset(kinds), max_bytes, may_read, may_upload, inflated, pages, frozenset(doors))
    return PURPOSES[key]
