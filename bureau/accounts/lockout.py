"""Lock-out after failed logins, counted in the database by user name and by address."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest


class LockoutHandler(AxesDatabaseHandler):
    """Five failures lock a name; an address, behind which a whole office may sit, is locked after thirty.

    Both for ten minutes, so that nobody can lock an officer out for long. Expects
    AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"].
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        by_name, by_address = (
            attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(by_name, by_address * settings.AXES_FAILURE_LIMIT // settings.LOCKOUT_ADDRESS_LIMIT)
