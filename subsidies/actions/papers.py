"""Documents and payee lines of an application."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau.attachments.actions import claim
from bureau.audit import record
from bureau.common import clock
from subsidies import permissions, queries
from subsidies.actions.application import locked, touch
from subsidies.actions.correction import resolve
from subsidies.enums import PayeeRole
from subsidies.models import Material, PayeeLine
from subsidies.placements import lines

MAX_PAYEES = 5


def save_documents(*, application, by, rev, files):
    """Make the documents in force exactly `files`: item key -> list of attachments of this case. Items that are
    locked for `by` stay as they are; removed documents stay on record."""
    with transaction.atomic():
        row = locked(application, by=by, rev=rev)
        allowed = permissions.unlocked(row, by)
        for key, wanted in files.items():
            if allowed.material(key) and _sync(row, key, wanted, by):
                resolve(row, "material", {key})
        return touch(row)


def _sync(row, key, wanted, by):
    """True if anything was added."""
    now = clock.now()
    held = {material.attachment_id: material for material in row.files() if material.key == key}
    ids = {attachment.pk for attachment in wanted}
    for attachment_id, material in held.items():
        if attachment_id not in ids:
            material.removed_at, material.removed_by = now, by
            material.save(update_fields=["removed_at", "removed_by"])
    fresh = [attachment for attachment in wanted if attachment.pk not in held]
    for attachment in fresh:
        claim(attachment, row)
        Material.objects.create(application=row, key=key, attachment=attachment, added_at=now, added_by=by)
    return bool(fresh)


def save_payee(*, application, by, rev, values, line=None):
    """Add a payee line or change `line`. `values`: kind, name, relation, id_number, account, bank, amount; numbers
    left empty on a change stay as they are. One line alone always carries the whole award."""
    with transaction.atomic():
        row = locked(application, by=by, rev=rev)
        _may_change_payees(row, by)
        if row.agreement_id:
            line = line or PayeeLine(application=row, role=PayeeRole.HOST)
            if line.role != PayeeRole.HOST:
                raise PermissionDenied(_("A trainee's account is changed on the page of the agreement."))
        if line is None and row.payee_lines.count() >= MAX_PAYEES:
            raise ValidationError(_("At most %(count)s payees.") % {"count": MAX_PAYEES})
        line = line or PayeeLine(application=row)
        for name in ("kind", "name", "relation", "bank", "amount"):
            setattr(line, name, values[name])
        line.set_secrets(
            id_number=values["id_number"] or line.id_number.reveal(),
            account=values["account"] or line.account.reveal(),
        )
        others = row.payee_lines.exclude(pk=line.pk)
        if others.filter(account_index=line.account_index).exists():
            raise ValidationError({"account": _("This account is in another line already.")})
        due = lines.host_amount(row) if row.agreement_id else queries.award(row)
        if row.agreement_id or not others.exists() and due:
            line.amount = due
        line.save()
        record("subsidies.payee.saved", row, by=by, line=line.pk, kind=line.kind, amount=str(line.amount))
        resolve(row, "payees", {""})
        return touch(row), line


def remove_payee(*, application, by, rev, line):
    """Take a line out of an application that has not been decided; the audit log keeps that it was there."""
    with transaction.atomic():
        row = locked(application, by=by, rev=rev)
        _may_change_payees(row, by)
        if row.agreement_id:
            raise PermissionDenied(_("These payees follow from the agreement."))
        record("subsidies.payee.removed", row, by=by, line=line.pk, kind=line.kind, amount=str(line.amount))
        row.payee_lines.filter(pk=line.pk).delete()
        resolve(row, "payees", {""})
        return touch(row)


def take_over_lines(*, application, by, rev):
    """In a correction of the payees: the lines as the agreement has them now. Raises Refused where a trainee's
    allowance has been claimed meanwhile."""
    with lines.one_allowance_each(application), transaction.atomic():
        row = locked(application, by=by, rev=rev)
        _may_change_payees(row, by)
        lines.write(row)
        record("subsidies.payees.taken_over", row, by=by, lines=row.payee_lines.count())
        resolve(row, "payees", {""})
        return touch(row)


def _may_change_payees(row, by):
    if not permissions.unlocked(row, by).payees:
        raise PermissionDenied(_("Payees and accounts cannot be changed now."))
