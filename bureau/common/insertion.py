"""Writing a row that may be there already, in one statement."""

from django.db import models, router
from django.db.models.constants import OnConflict


def insert_once(row: models.Model) -> bool:
    """Insert `row` unless a unique key of it is taken; False where it is, and then nothing is written.

    One statement in place of a look-up and an insert behind a savepoint. Whoever writes the same key at the same
    moment is waited for. Sends no signals, like `bulk_create`.
    """
    meta = row._meta
    fields = [
        field for field in meta.local_concrete_fields
        if not field.generated and (field is not meta.pk or row.pk is not None)
    ]
    returned = list(dict.fromkeys([meta.pk, *meta.db_returning_fields]))
    using = router.db_for_write(type(row))
    written = type(row)._base_manager.all()._insert(  # type: ignore[attr-defined]
        [row], fields=fields, returning_fields=returned, using=using, on_conflict=OnConflict.IGNORE
    )
    if not any(written):
        return False
    for value, field in zip(written[0], returned, strict=True):
        setattr(row, field.attname, value)
    row._state.adding, row._state.db = False, using
    return True
