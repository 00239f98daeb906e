"""What one person begins and another decides: a row of each kind, begun by `one`, and how it is decided."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.apps import apps
from django.db.models import CheckConstraint, F, ForeignKey, Model, Q
from django.urls import reverse

from bureau.accounts.models import Grant, User
from bureau.accounts.roles import EXCLUSIVE_ROLES, Role
from bureau.common import clock
from bureau.common.periods import Kind, Period
from bureau.jobs.testing import run_waiting
from bureau.regions.models import Region
from bureau.reports.actions import ensure_due
from bureau.reports.models import ReportTemplate
from bureau.targets import actions as stated
from bureau.targets.models import StatedSeries
from bureau.workflow import perform
from enterprises import actions as shops
from enterprises.credentials.enums import State as Title
from enterprises.models import Membership
from subsidies.actions import backentry
from subsidies.loans.actions import earlier
from tests.factories import awards, loans, placements, pledges
from tests.factories import credentials as titles
from tests.factories import subsidies as make


@dataclass
class Scene:
    """`one` and `other` hold every role of the offices at the bureau, so that only the second person is asked for."""

    home: awards.House
    one: User
    other: User


def scene() -> Scene:
    home = awards.house()
    roles = [(role, home.units["haidong"]) for role in Role if role not in (*EXCLUSIVE_ROLES, Role.OWNER)]
    return Scene(home, make.staff("one", *roles), make.staff("other", *roles))


@dataclass(frozen=True)
class Decision:
    """`begin(scene)` makes the row; `decide(row, by)` is the action; `page(row)` its address and what is posted there
    (None: it has no page of its own); `person` the column that names who decided."""

    person: str
    begin: Callable
    decide: Callable
    page: Callable | None = None


def step(name: str, **data) -> dict:
    """A decision that is a step of a life cycle; what is callable in `data` is asked for when it is taken."""

    def given():
        return {key: value() if callable(value) else value for key, value in data.items()}

    def address(row):
        if row._meta.label == "reports.Report":
            return reverse("reports:step", args=[row.pk, name])
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_step", args=[row.pk, name])

    return {
        "decide": lambda row, by: perform(row, name, by=by, data=given()),
        "page": lambda row: (address(row), {"version": row.version, **given()}),
    }


def admin_page(name: str) -> Callable:
    return lambda row: (reverse(f"admin:{name}", args=[row.pk]), {})


def award_list(scene):
    home = scene.home
    return backentry.propose(
        [backentry.Award(5, awards.shop().pk, Decimal(3000), "某银行", "6217815635900000027", clock.today(), "补-1")],
        version=home.version, line=home.line, unit=home.units["hualong"], source=loans.bank_file(scene.one), by=scene.one,
    )


def loan_roster(scene):
    paid_on = clock.today() - timedelta(days=300)
    return earlier.propose(
        [earlier.Loan(5, loans.with_code(awards.shop()).pk, Decimal(80_000), paid_on, "")], product=loans.product(),
        unit=scene.home.units["hualong"], source=loans.bank_file(scene.one), by=scene.one,
    )


def statistic(scene):
    series = StatedSeries.objects.create(key="jobs", label_zh="就业", label_en="Jobs", unit_zh="人", unit_en="persons")
    said = stated.Statement(series, Region.objects.by_code("630224"), Period.of(Kind.YEAR, clock.today()), Decimal(9), "公报")
    return stated.propose(said, by=scene.one, unit=scene.home.units["hualong"])


def nominated(scene):
    return titles.credential(titles.People(scene.one, scene.other, scene.other, scene.other), shop=awards.shop())


def selected(scene):
    who = titles.People(scene.other, scene.one, scene.other, scene.other)
    return titles.credential(who, state=Title.SELECTED, shop=awards.shop())


def earlier_title(scene):
    who = titles.People(scene.one, scene.other, scene.other, scene.other)
    return titles.back_entered(who, named_on=date(2019, 6, 18), shop=awards.shop(), confirmed=False)


def month(scene):
    agreement = placements.running(awards.shop(), scene.other, scene.home.units["hualong"], people=1)
    return placements.reported(agreement, agreement.months()[0], scene.one)


def report(scene):
    template = ReportTemplate.objects.create(
        key=f"monthly-{ReportTemplate.objects.count()}", name_zh="月报", name_en="Monthly", cadence=Kind.MONTH,
        region=Region.objects.by_code("630200"),
        first_period=clock.today().replace(day=1) - timedelta(days=1), annex=["subsidies.new_shop.submitted"],
    )
    (made,) = (due for due in ensure_due() if due.template_id == template.pk)
    run_waiting("reports.generate")
    made.refresh_from_db()
    return made


def drafted(scene):
    return perform(report(scene), "submit", by=scene.one)


def checked(scene):
    return perform(perform(report(scene), "submit", by=scene.other), "check", by=scene.one)


def pledge(scene):
    return pledges.draft(pledges.Desk(scene.home.units["hualong"], scene.one, scene.other, scene.other))


def publish(row):
    address = reverse("admin:programs_pledge_step", args=[row.pk, "publish"])
    return address, {"version": row.version, "seen": row.fingerprint()}


def claim(scene):
    return Membership.objects.create(user=scene.one, enterprise=awards.shop(), asked_at=clock.now())


def role(scene):
    return Grant.objects.create(user=scene.one, role=Role.EDITOR, unit=scene.home.units["ledu"], valid_from=clock.today(),
                                given_by=User.objects.machine())


def give(row, by):
    row.given_by = by
    row.save()


DECISIONS = {
    "backentry_two_people": Decision(
        "confirmed_by", award_list, lambda row, by: backentry.confirm(back_entry=row, by=by),
        admin_page("subsidies_backentry_confirm")),
    "loanbackentry_two_people": Decision(
        "confirmed_by", loan_roster, lambda row, by: earlier.confirm(back_entry=row, by=by),
        admin_page("subsidies_loanbackentry_confirm")),
    "statedvalue_two_people": Decision(
        "confirmed_by", statistic, lambda row, by: stated.confirm(row, by=by), admin_page("targets_statedvalue_confirm")),
    "credential_selected_by_another": Decision(
        "selected_by", nominated, **step("select", selected_on=clock.today, score=Decimal(91), opinion="同意")),
    "credential_named_by_another": Decision("named_by", selected, **step("name", document="东品发1号", named_on=clock.today)),
    "credential_confirmed_by_another": Decision("confirmed_by", earlier_title, **step("confirm")),
    "monthsheet_two_people": Decision("confirmed_by", month, **step("confirm")),
    "report_drafter_does_not_check": Decision("checked_by", drafted, **step("check")),
    "report_checker_does_not_issue": Decision("issued_by", checked, **step("issue")),
    "pledge_two_people": Decision("published_by", pledge, lambda row, by: perform(row, "publish", by=by, data={}), publish),
    "membership_not_by_oneself": Decision(
        "decided_by", claim, lambda row, by: shops.confirm(membership=row, by=by),
        lambda row: (reverse("admin:enterprises_membership_confirm", args=[row.pk]), {})),
    "grant_not_to_self": Decision("given_by", role, give),
}


def second_person_constraints() -> set[str]:
    """Every check of a table that says that two of its people are not the same."""
    return {
        constraint.name for model in apps.get_models() for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint) and any(_two_people(model, constraint.condition))
    }


def _two_people(model: type[Model], condition: Q):
    for part in condition.children:
        if isinstance(part, Q):
            yield from _two_people(model, part)
        elif isinstance(part[1], F):
            yield all(_is_person(model, name) for name in (part[0], part[1].name))


def _is_person(model: type[Model], name: str) -> bool:
    fields = {field.name: field for field in model._meta.fields}
    found = fields.get(name)
    return isinstance(found, ForeignKey) and found.related_model is User
