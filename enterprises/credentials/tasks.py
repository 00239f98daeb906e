"""Long and regular work on credentials: one step for many, the export, reminders before the end."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import audit
from bureau.accounts.models import Grant, User
from bureau.accounts.roles import Permission, roles_with
from bureau.attachments.actions import make_private_file
from bureau.common import clock
from bureau.jobs import JobError, every, kind
from bureau.notifications import notify
from bureau.workflow import perform_in_job
from enterprises.credentials import exports, queries
from enterprises.credentials.actions import tell_owners
from enterprises.credentials.models import Credential
from enterprises.credentials.purposes import EXPORT

STEPS = {
    "name": (Permission.CREDENTIAL_NAME,), "confirm": (Permission.BACK_ENTER_CONFIRM,),
    "give_plaque": (Permission.CREDENTIAL_EDIT, Permission.CREDENTIAL_NAME),
}
DAYS = ("named_on", "valid_from", "valid_until", "plaque_on")


def _list_url(job):
    return reverse("admin:enterprises_credential_changelist") + ("?desk=confirm" if job.params["step"] == "confirm" else "")


@kind("enterprises.move_credentials", label=gettext_lazy("One step for many credentials"), done_url=_list_url)
def move_credentials(job, report):
    """Each in its own transaction, so one refusal holds up no other."""
    step = job.params["step"]
    if step not in STEPS or not any(job.asked_by.can(right) for right in STEPS[step]):
        raise JobError(_("This step cannot be done for many at once."))
    given = job.params["data"]
    data = {key: date.fromisoformat(value) if key in DAYS and value else value for key, value in given.items()}
    rows = Credential.objects.visible_to(job.asked_by)
    return perform_in_job(job, report, rows, step, column=_("Number"), data=data)


@kind("enterprises.export_credentials", label=gettext_lazy("Export of credentials"),
      permission=Permission.CREDENTIAL_VIEW, lease=600)
def export_credentials(job, report):
    """`params`: the filters of the list as its address had them."""
    report.step(0, 1, _("Writing the file"))
    path = exports.write_xlsx(exports.chosen(job.asked_by, job.params["filters"]))
    try:
        title = _("Credentials")
        name = f"{title} {clock.today():%Y-%m-%d}.xlsx"
        report.attach(make_private_file(path, name, EXPORT, job.asked_by))
    finally:
        path.unlink(missing_ok=True)
    audit.record("enterprises.credentials.exported", job, by=job.asked_by, filters=job.params["filters"])


@every(hours=6)
def remind_of_ends() -> int:
    """Owners and the office hear 90 and 30 days before a title ends, once each: the key of a message is written
    once, however often this runs. How many credentials were looked at."""
    today = clock.today()
    looked = 0
    for row in queries.ending(today, max(queries.AHEAD)):
        # Who first appears within 30 days (a late entry) hears only of that.
        ahead = min(days for days in queries.AHEAD if (row.valid_until - today).days <= days)
        with transaction.atomic():
            remind(row, ahead)
        looked += 1
    return looked


def remind(row: Credential, ahead: int) -> None:
    context = {"kind": str(row.kind), "number": row.number, "day": row.valid_until.isoformat(), "shop": row.holder}
    dedupe = f"credential:{row.pk}:ends:{row.valid_until}:{ahead}"
    tell_owners(row, "enterprises.credential_ends", context, dedupe)
    for user in keepers(row):
        notify("enterprises.credential_ends_office", to=user, subject=None, context=context,
               dedupe=f"{dedupe}:office:{user.pk}")


def keepers(row: Credential) -> list[User]:
    """Those who keep credentials at the very office in charge."""
    grants = Grant.objects.current().filter(unit=row.unit, role__in=roles_with(Permission.CREDENTIAL_EDIT))
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("pk"))
