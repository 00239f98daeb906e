"""Jobs of the register: the export. Its import is a job of the sheets' room."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import audit
from bureau.accounts.roles import Permission
from bureau.attachments.actions import make_private_file
from bureau.common import clock
from bureau.jobs import kind
from enterprises import exports
from enterprises.purposes import EXPORT

FORMATS = {"xlsx": exports.write_xlsx, "csv": exports.write_csv}


@kind("enterprises.export", label=gettext_lazy("Export of the register"), permission=Permission.ENTERPRISE_EXPORT, lease=600)
def export(job, report):
    """`params`: format, and the filters of the list as its address had them."""
    ending = job.params["format"]
    report.step(0, 2, _("Writing the file"))
    path = FORMATS[ending](exports.chosen(job.asked_by, job.params["filters"]))
    try:
        title = _("Register of enterprises")
        name = f"{title} {clock.today():%Y-%m-%d}.{ending}"
        report.step(1, 2, _("Keeping the file"))
        report.attach(make_private_file(path, name, EXPORT, job.asked_by))
    finally:
        path.unlink(missing_ok=True)
    audit.record("enterprises.exported", job, by=job.asked_by, filters=job.params["filters"], format=ending)

from enterprises.credentials import tasks as credential_tasks  # noqa: E402, F401
