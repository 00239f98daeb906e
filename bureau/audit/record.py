"""The one way to write an audit event; `from bureau import audit; audit.record(...)`."""

from typing import Any

from bureau.common import request_id


def record(event: str, obj: Any = None, *, by: Any = None, **data: Any) -> None:
    """Note `event` ("subsidies.application.approved") about `obj` in the caller's transaction.

    `by` is the user, or None for the portal itself. `data` must be free of personal data.
    """
    from bureau.audit.models import AuditEvent

    AuditEvent.objects.create(
        event=event,
        actor_id=by.pk if by is not None else None,
        actor_label=_clean(by, 80) if by is not None else "",
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=_clean(obj, 200) if obj is not None else "",
        data=_without_nul(data),
        request_id=request_id.current(),
    )


def _clean(value: Any, length: int) -> str:
    return _without_nul(str(value))[:length]


def _without_nul(value: Any) -> Any:
    """PostgreSQL stores neither NUL nor lone surrogates; a log entry must never fail because of them."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_without_nul(str(key)): _without_nul(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nul(item) for item in value]
    return value
