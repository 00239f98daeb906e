from django.utils.translation import gettext_lazy as _

from bureau import jobs
from bureau.jobs.actions import MAX_ATTEMPTS
from bureau.notifications import actions
from bureau.notifications.gateways import GatewayError


@jobs.kind("notifications.sms", label=_("Send an SMS"), lease=60)
def send_sms(job, report):
    try:
        return {"state": actions.send_sms(job.params["id"])}
    except GatewayError as error:
        if job.attempts < MAX_ATTEMPTS:
            raise
        actions.give_up(job.params["id"])
        raise jobs.JobError(_("The SMS gateway did not take the message: %s") % error) from error
