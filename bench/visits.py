"""One process's visits to the portal: finds an address for every route, and times pages."""

from django.db import transaction
from django.test import override_settings

from bench.pages import now
from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.dashboards import kept, queries
from bureau.dashboards.models import KeptFigures
from bureau.dashboards.spans import SPANS
from tests.harness import pages
from tests.harness.caller import Caller

OWNER = "owner"
BEAT = 40  # seconds
#: Asks every server how it is; files, which are no pages.
LEFT_OUT = {"ready", "healthz"}
RECORDS = "dashboards:records"


class Visits:
    def __init__(self) -> None:
        self.people = {
            role.value: User.objects.get(username=f"bench.{role.value}") for role in Role if role != Role.OWNER
        }
        self.people[OWNER] = User.objects.filter(kind=OWNER, memberships__isnull=False).order_by("-pk").first()
        self.callers = {name: Caller(user) for name, user in self.people.items()}
        self.callers["nobody"] = Caller()
        self.beaten = -BEAT
        self.records: tuple[str, str] | None = None

    def walk(self) -> dict[str, tuple[str, str]]:
        """Route → (who, address) of the first page that was shown."""
        browsers = {name: (pages.browser(user), user) for name, user in self.people.items()}
        with override_settings(SECURE_SSL_REDIRECT=False), transaction.atomic():
            seen = pages.walk(browsers)
            transaction.set_rollback(True)
        if seen.errors:
            raise AssertionError(seen.errors)
        found = {
            route: (next(iter(seen.seen[route])), address) for route, address in seen.where.items()
            if route not in LEFT_OUT
        }
        self.records = found.get(RECORDS)
        return {route: where for route, where in found.items() if self._is_page(*where)}

    def _is_page(self, who: str, address: str) -> bool:
        return self.callers[who].get(address).status == 200

    def beat(self) -> None:
        """What the portal's clock does each minute for the dashboard, which shows figures of the last minute; and
        somebody who looked at the records within the minute."""
        if now() - self.beaten > BEAT:
            queries.dashboard(SPANS[0], anew=True)
            if self.records:
                KeptFigures.objects.filter(page__startswith=kept.RECORDS).delete()
                who, address = self.records
                with override_settings(SECURE_SSL_REDIRECT=False):
                    pages.browser(self.people[who]).get(address)
            self.beaten = now()

    def time(self, who: str, address: str) -> float:
        self.beat()
        began = now()
        answer = self.callers[who].get(address)
        took = now() - began
        if answer.status != 200:
            raise AssertionError(f"{address}: {answer.status}")
        return took
