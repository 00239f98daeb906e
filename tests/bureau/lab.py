"""Models that exist in tests only: a shop with facts, visits to it, and a case with a life cycle.

The fixture `lab` makes them in the test's own database or transaction; they belong to no installed app.
"""

import pytest
from django.db import connection, models

from bureau.accounts.models import Grant, Unit, User
from bureau.accounts.roles import Permission
from bureau.regions.models import Region
from bureau.workflow import Transition, Workflow, table
from bureau.workflow.checks import guard_of
from bureau.workflow.models import TransitionLog


class Shop(models.Model):
    name = models.CharField(max_length=40, null=True)
    area = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    staff = models.IntegerField(null=True)
    opened_on = models.DateField(null=True)
    chain = models.BooleanField(null=True)

    class Meta:
        app_label = "lab"

    def __str__(self):
        return f"shop {self.pk}"


class Visit(models.Model):
    shop = models.ForeignKey(Shop, models.PROTECT)
    day = models.DateField()

    class Meta:
        app_label = "lab"

    def __str__(self):
        return f"visit {self.pk}"


class Paper(models.Model):
    """A case: draft → sent → (back → sent) → granted or refused."""

    state = models.CharField(max_length=10, default="draft", choices=[
        ("draft", "draft"), ("sent", "sent"), ("back", "back"), ("granted", "granted"), ("refused", "refused"),
    ])
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=10, default="a")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    applicant = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, related_name="papers")
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    happened_on = models.DateField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "lab"

    def __str__(self):
        return f"paper {self.pk}"


class PaperLog(TransitionLog):
    subject = models.ForeignKey(Paper, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        app_label = "lab"


def enough(paper, by):
    return ["The amount is missing."] if not paper.amount else []


def grant(paper, by, data, log):
    paper.kind = data.get("kind", paper.kind)
    log.data = {"kind": paper.kind}


class LabWorkflow(Workflow):
    """Knows its models itself, since they belong to no installed app."""

    model = Paper
    log_model = PaperLog

    def __post_init__(self):
        super().__post_init__()
        table._registry.pop("lab.paper")  # only tests that ask for the lab see it


workflow = LabWorkflow(
    "lab.Paper",
    [
        Transition("send", "Sent", ["draft"], "sent", permission=(Permission.APPLY, Permission.ENTER_ON_BEHALF),
                   owner=True, owner_label="Handed in"),
        Transition("ask", "Asked", ["sent"], "back", permission=Permission.ACCEPT),
        Transition("answer", "Answered", ["back"], lambda paper, data: data.get("to", "sent"), targets=("sent",),
                   permission=Permission.APPLY, owner=True),
        Transition("grant", "Granted", ["sent"], "granted", permission=Permission.APPROVE, guards=[enough],
                   effect=grant),
        Transition("refuse", "Refused", ["sent", "back"], "refused", permission=Permission.APPROVE, danger=True),
        Transition("expire", "Expired", ["back"], "refused"),
    ],
    log_model_label="lab.PaperLog",
)

MODELS = (Shop, Visit, Paper, PaperLog)


@pytest.fixture
def lab(db, monkeypatch):
    """The tables and the guard; a test that rolls back takes them along, one that commits drops its database."""
    monkeypatch.setitem(table._registry, "lab.paper", workflow)
    with connection.schema_editor(atomic=False) as editor:
        for model in MODELS:
            editor.create_model(model)
        guard_of(workflow).database_forwards("lab", editor, None, _State)


class _State:
    """What a migration operation asks of a project state."""

    class apps:  # noqa: N801
        @staticmethod
        def get_model(app_label, name):
            return next(model for model in MODELS if model._meta.model_name == name)


def staff(*grants, name="officer"):
    """A member of staff with (role, unit) grants."""
    user = User.objects.create_staff(username=name, name=name, password=None)
    giver, _created = User.objects.get_or_create(username="giver", defaults={"kind": "staff", "name": "giver"})
    for role, unit in grants:
        Grant.objects.create(user=user, role=role, unit=unit, valid_from="2020-01-01", given_by=giver)
    return user


def office(code="root", kind="bureau", parent=None, region="630200"):
    return Unit.objects.create(code=code, kind=kind, name_zh=code, name_en=code, parent=parent,
                               region=Region.objects.by_code(region))
