"""Which object a route is called with: one of the caller's own side, and all of the other side's. A route with a
parameter that nobody fills here fails the tests, so that new routes come in."""

import re
from dataclasses import dataclass

from django.apps import apps
from django.urls import reverse

from bureau.accounts.access import Route
from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Permission, Role
from bureau.attachments.registry import PURPOSES
from bureau.audit.models import AuditEvent
from bureau.formbuilder.tabular import importers
from bureau.regions.models import Region
from bureau.reports.models import ReportTemplate
from bureau.workflow.table import workflow_of
from subsidies.models import Application, Payment
from tests.factories import (
    world_credentials,
    world_loans,
    world_placements,
    world_pledges,
    world_targets,
    world_training,
)
from tests.factories.world import World

WRITES_REPORTS = {Permission.REPORT_DRAFT, Permission.REPORT_CHECK, Permission.REPORT_ISSUE}
#: Rows of these are the same for everybody who may open them; there is no other side.
OF_ALL = {
    "regions/region": lambda world: Region.objects.by_code("630200"),
    "common/calendarday": lambda world: apps.get_model("common.CalendarDay").objects.last(),
    "audit/auditevent": lambda world: AuditEvent.objects.last(),
    "accounts/user": lambda world: world.b.owner,
    "accounts/grant": lambda world: world.former.grants.first(),
    "accounts/unit": lambda world: world.a.county,
    "accounts/siteprofile": lambda world: SiteProfile.get(),
    "notifications/notification": lambda world: world.b.kept[world.b.owner.pk]["message"],
    "subsidies/budgetline": lambda world: world.home.line,
    "subsidies/schemeversion": lambda world: world.home.version,
    "reports/reporttemplate": lambda world: ReportTemplate.objects.first(),
    **world_credentials.OF_ALL,
    **world_loans.OF_ALL,
    **world_targets.OF_ALL,
}
#: Pages of a case that are tried with the others' cases in every state; elsewhere three stand for all.
IN_EVERY_STATE = {
    "admin:subsidies_application_change", "admin:subsidies_application_step", "subsidies:my_detail",
    "subsidies:entry_detail", "subsidies:my_withdraw",
}
SAMPLE = ("draft", "approval", "office")
#: What a page of the owner, or of the office that enters for him, is opened with: the key of a case.
SUITED = {"detail": "approval", "receipt": "accept", "correct": "returned", "withdraw": "accept", "take_over": "behalf"}
NOTHING = "nothing-here"
#: What rooms beside the award line bring to the world: `ADMIN` {model: (route, side) -> rows}, the first of the own
#: side is opened; `STEPS` {model: a step that the own row may take}; `PAGES` {route: (world, who) -> (own, foreign)}.
ROOMS = (world_credentials, world_pledges, world_placements, world_loans)


@dataclass(frozen=True)
class Targets:
    """Addresses: `own` the caller may open if his role may at all, `foreign` must not exist for him."""

    own: tuple[str, ...]
    foreign: tuple[str, ...] = ()


SPECIAL = {
    "admin:app_list": Targets(("/admin/regions/",)),
    "admin:view_on_site": Targets(("/admin/r/1/1/",)),
}


class Unfilled(AssertionError):
    """A route whose parameters the world does not know."""


class Places:
    """Fills the parameters of routes for one person."""

    def __init__(self, world: World, role: Role | None):
        self.world, self.role = world, role
        self.user = world.people.get(role) if role else None
        self.mine = world.a.kept.get(self.user.pk) if self.user else world.a.kept[world.a.owner.pk]
        self.others = list(world.b.kept.values())

    def targets(self, route: Route) -> Targets:
        """Raises Unfilled."""
        query = self._query(route)
        if not route.parameters:
            return query or Targets((route.path,))
        if route.name in SPECIAL or "?P<url>" in route.path:
            return SPECIAL.get(route.name, Targets(("/admin/nothing-here/",)))
        if route.name == "admin:formbuilder_importrun_sample":
            offered = [importer.key for importer in importers.for_user(self.user)] if self.user else []
            return Targets((address(route, key=offered[0] if offered else "enterprises"),), (address(route, key="none"),))
        for room in ROOMS:
            if route.name in room.PAGES:
                own, foreign = room.PAGES[route.name](self.world)
                return Targets(tuple(address(route, **one) for one in own), tuple(address(route, **one) for one in foreign))
        if found := re.match(r"/admin/(\w+/\w+)/", route.path):
            return self._admin(route, found[1])
        namespace, _, name = route.name.rpartition(":")
        fill = getattr(self, f"_{namespace}", None)
        found = fill(route, name) if fill else None
        if found is None:
            raise Unfilled(f"the world has nothing for {route}")
        return found

    def _cases(self, route: Route) -> list[Application]:
        """The other side's."""
        cases = self.world.b.cases
        return [case for key, case in cases.items() if key in SAMPLE or route.name in IN_EVERY_STATE]

    def _query(self, route: Route) -> Targets | None:
        if route.name not in {f"admin:subsidies_application_print_{paper}" for paper in ("payees", "request")}:
            return None
        one, others = self.world.a.cases, self.world.b.cases
        return Targets(
            (f"{route.path}?ids={one['paid'].pk},{others['paid'].pk}",), (f"{route.path}?ids={others['paid'].pk}",)
        )

    # --- the admin site -----------------------------------------------------------------------------------------

    def _admin(self, route: Route, model: str) -> Targets:
        if route.parameters == ("ending",):
            return Targets((address(route, ending="xlsx"),))
        own, foreign = self._rows(model, route)
        key = next(name for name in route.parameters if name != "name")
        step = next((room.STEPS[model] for room in ROOMS if model in room.STEPS), None)
        if "name" in route.parameters and step:
            return Targets((address(route, **{key: own.pk, "name": step}),),
                           tuple(address(route, **{key: row.pk, "name": step}) for row in foreign))
        if "name" not in route.parameters:
            return Targets((address(route, **{key: own.pk}),), tuple(address(route, **{key: row.pk}) for row in foreign))
        steps = [step.name for step in workflow_of(own).transitions]
        first = "accept" if "accept" in steps else steps[0]
        pairs = [(row, first) for row in foreign] + [(foreign[0], name) for name in steps]
        return Targets(
            (address(route, **{key: own.pk, "name": "refuse" if "refuse" in steps else first}),),
            tuple(address(route, **{key: row.pk, "name": name}) for row, name in pairs),
        )

    def _rows(self, model: str, route: Route):
        """(own row, rows of others)"""
        world = self.world
        if model in OF_ALL:
            return OF_ALL[model](world), []
        for room in ROOMS:
            if model in room.ADMIN:
                rows = room.ADMIN[model]
                return rows(route, world.a)[0], rows(route, world.b)
        if model == "subsidies/application":
            hidden = [world.a.cases["draft"]] if self.role != Role.OWNER else []
            return world.a.cases["approval"], [*self._cases(route), *hidden]
        if model == "jobs/job":  # the system administrator sees that every job runs, without its page
            keeper = self.user and self.user.can(Permission.CONFIG_EDIT)
            return self.mine["job"], [] if keeper else [kept["job"] for kept in self.others]
        if model == "formbuilder/importrun":
            return self.mine["run"], [kept["run"] for kept in self.others]
        sides = {
            "enterprises/enterprise": lambda side: [side.cases["approval"].enterprise, side.free_shop],
            "enterprises/membership": lambda side: [side.claim],
            "subsidies/backentry": lambda side: [side.back_entry],
            "subsidies/payment": lambda side: list(Payment.objects.filter(application=side.cases["paid"])),
        }
        if model in world.a.more:
            return world.a.more[model][0], world.b.more[model]
        if model not in sides:
            raise Unfilled(f"the world has no {model} for {route}")
        return sides[model](world.a)[0], sides[model](world.b)

    # --- owners' pages and those of the offices that enter for them ---------------------------------------------------

    def _subsidies(self, route: Route, name: str) -> Targets | None:
        world, scheme = self.world, self.world.home.version.scheme.key
        if route.parameters == ("scheme",):
            return Targets((address(route, scheme=scheme),), (address(route, scheme=NOTHING),))
        if route.parameters == ("scheme", "number"):
            foreign = (world.b.free_shop, world.b.cases["approval"].enterprise)
            return Targets(
                (address(route, scheme=scheme, number=world.a.free_shop.number),),
                tuple(address(route, scheme=scheme, number=shop.number) for shop in foreign),
            )
        side, page = name.split("_", 1)
        if side == "my":
            own, foreign = world.a.cases[SUITED.get(page, "draft")], self._cases(route)
        else:
            mine, neighbor = ("office", "behalf") if self.role == Role.HELPER else ("behalf", "office")
            own = world.a.cases[mine]
            foreign = [world.a.cases[neighbor], world.a.cases["approval"], *self._cases(route)]
        fixed = {"scheme": scheme} if side == "entry" else {}
        fixed |= {"slug": "part-1"} if "slug" in route.parameters else {}
        if "line" not in route.parameters:
            return Targets(
                (address(route, ref=own.ref, **fixed),), tuple(address(route, ref=row.ref, **fixed) for row in foreign)
            )
        lines = {row: row.payee_lines.first().pk for row in (own, *foreign)}
        crossed = [(own, lines[row]) for row in foreign]  # his case, somebody else's account
        return Targets(
            (address(route, ref=own.ref, line=lines[own], **fixed),),
            tuple(address(route, ref=row.ref, line=line, **fixed)
                  for row, line in [*crossed, *((row, lines[row]) for row in foreign)]),
        )

    def _enterprises(self, route: Route, name: str) -> Targets:
        world = self.world
        if name == "claim":  # the register is open to owners by name: anybody may ask for any shop
            return Targets((address(route, number=world.b.free_shop.number),), (address(route, number="E99999999"),))
        foreign = [world.b.free_shop, world.b.cases["approval"].enterprise, world.a.free_shop]
        return Targets(
            (address(route, number=world.a.shops[0].number),),
            tuple(address(route, number=shop.number) for shop in foreign),
        )

    def _training(self, route: Route, name: str) -> Targets | None:
        return world_training.targets(self, route, name, address, Targets)

    # --- pledges ---------------------------------------------------------------------------------------------------------

    def _programs(self, route: Route, name: str) -> Targets:
        """What is public is there for everybody; drafts and what was never published are there for nobody."""
        a, b = self.world.a, self.world.b
        secret = [side.pledges[state].number for side in (a, b) for state in ("draft", "withdrawn")]
        if "pk" in route.parameters:
            return self._pledge_files(route, secret)
        own = a.pledges["rated" if name == "take_back" else "published"].number
        others = [b.pledges["rated"].number] if name == "take_back" else []
        return Targets((address(route, number=own),), tuple(address(route, number=n) for n in (*secret, *others)))

    def _pledge_files(self, route: Route, secret: list[str]) -> Targets:
        a, b = self.world.a, self.world.b
        number, files = a.pledges["published"].number, a.pledge_files
        public = files["published", "pledge-public"]
        wrong = [(number, files["published", "pledge-internal"]), (number, b.pledge_files["published", "pledge-public"]),
                 (number, files["draft", "pledge-public"]), *((one, public) for one in secret)]
        pairs = [(a.pledges["draft"].number, files["draft", "pledge-public"]), *wrong]
        own = (address(route, number=number, pk=public.pk),) if route.name == "programs:file" else ()
        return Targets(own, tuple(address(route, number=one, pk=file.pk) for one, file in pairs))

    # --- files, jobs, messages -----------------------------------------------------------------------------------------

    def _attachments(self, route: Route, name: str) -> Targets:
        if name == "upload":
            may = {key: bool(self.user) and rules.may_upload(self.user) for key, rules in PURPOSES.items()}
            refused = tuple(address(route, purpose=key) for key, allowed in may.items() if not allowed)
            return Targets(tuple(address(route, purpose=key) for key, allowed in may.items() if allowed), refused)
        b, others = self.world.b, [kept[key] for kept in self.others for key in ("upload", "export", "report")]
        papers = [file.attachment for case in b.cases.values() for file in case.materials.select_related("attachment")]
        files = [*others[:6], *papers[:2], b.cases["draft"].declaration_sheet, b.cases["behalf"].source]
        if not (self.user and self.user.can(Permission.BACK_ENTER_CONFIRM)):  # they check lists against their files
            files += [self.others[0]["run"].file]
        own = address(route, pk=self.mine["upload"].pk)
        return Targets((own,), tuple(address(route, pk=file.pk) for file in files))

    def _desk(self, route: Route, name: str) -> Targets:
        return Targets((address(route, name="desk.png"),), (address(route, name="nothing-here.png"),))

    def _jobs(self, route: Route, name: str) -> Targets:
        foreign = tuple(address(route, pk=kept["job"].pk) for kept in self.others)
        return Targets((address(route, pk=self.mine["job"].pk),), foreign)

    def _notifications(self, route: Route, name: str) -> Targets:
        foreign = tuple(address(route, pk=kept["message"].pk) for kept in self.others)
        return Targets((address(route, pk=self.mine["message"].pk),), foreign)

    # --- reports and figures -------------------------------------------------------------------------------------------

    def _reports(self, route: Route, name: str) -> Targets:
        """The draft is there for those who work on reports, the issued one for everybody."""
        works = bool(self.user and self.user.permissions & WRITES_REPORTS)
        draft, issued = (self.world.reports[key] for key in ("draft", "issued"))
        own, other = (draft, issued) if works else (issued, draft)
        fixed = {"name": "submit"} if "name" in route.parameters else {}
        part = {"figure_id": "figures", "paragraph_id": "paragraphs"}
        key = next((key for key in route.parameters if key in part), None)
        if key is None:
            foreign = () if works else (address(route, pk=draft.pk, **fixed),)
            return Targets((address(route, pk=own.pk, **fixed),), foreign)
        ids = {report: getattr(report, part[key]).first().pk for report in (draft, issued)}
        crossed = address(route, pk=own.pk, **{key: ids[other]})  # a part of another report
        hidden = () if works else (address(route, pk=draft.pk, **{key: ids[draft]}),)
        return Targets((address(route, pk=own.pk, **{key: ids[own]}),), (crossed, *hidden))

    def _dashboards(self, route: Route, name: str) -> Targets:
        own = ("subsidies.new_shop.paid", "subsidies.new_shop.submitted")
        span = "?from=2020-01-01&to=2099-12-31"
        return Targets(tuple(address(route, key=key) + span for key in own), (address(route, key="nothing.there"),))


def address(route: Route, **values) -> str:
    """The route with its parameters filled in."""
    if route.name:
        return reverse(route.name, kwargs=values)
    return re.sub(r"<\w+:(\w+)>", lambda found: str(values[found[1]]), route.path)
