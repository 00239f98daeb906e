"""Jobs of this room."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.formbuilder.tabular import flow
from bureau.jobs import kind


@kind(
    flow.KIND,
    label=_("Import of a file"),
    lease=600,
    done_url=lambda job: reverse("admin:formbuilder_importrun_change", args=[job.params["run"]]),
)
def import_file(job, report):
    return flow.perform(job, report)
