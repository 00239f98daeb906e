"""Whose files a form may hold."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q

from bureau.accounts.models import User
from bureau.attachments.enums import State
from bureau.attachments.models import Attachment


@dataclass(frozen=True)
class Case:
    """What a form is filled in for: files bound to `subject`, or uploaded by `by` for this purpose and not
    bound to anything yet, are its own; all others are strangers'."""

    by: User
    purpose: str
    subject: Model | None = None

    def files(self, ids: Iterable[str]) -> dict[str, Attachment]:
        wanted = [key for key in map(str, ids) if _is_uuid(key)]
        if not wanted:
            return {}
        own = Q(subject_type="", uploaded_by=self.by, purpose=self.purpose)
        if self.subject is not None and self.subject.pk:
            own |= Q(subject_type=self.subject._meta.label_lower, subject_id=str(self.subject.pk))
        found = Attachment.objects.filter(own, pk__in=wanted, state=State.CLEAN)
        return {str(attachment.pk): attachment for attachment in found}


def _is_uuid(text: Any) -> bool:
    try:
        return bool(uuid.UUID(text))
    except (ValueError, AttributeError, TypeError):
        return False
