"""Figures of the allowance for placements, from the ledger: people, host shops, money, by the day of payment."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Metric, Sentence, Source, Units, register
from bureau.metrics.enums import Section, Sensitivity
from subsidies.enums import EntryKind, PayeeRole
from subsidies.models import Entry

PAID_KINDS = (EntryKind.PAY, EntryKind.RETURN, EntryKind.RECOVER)
ROLES = (PayeeRole.TRAINEE, PayeeRole.HOST)

allowances = Source("subsidies.allowances", lambda: Entry.objects.filter(payee_line__role__in=ROLES))
COLUMNS = (
    Column("number", _("Case number"), "application__number"),
    Column("shop", _("Host shop"), "application__enterprise__name", Sensitivity.INTERNAL),
    Column("name", _("Payee"), "payee_line__name", Sensitivity.PERSONAL),
    Column("region", _("Home county"), "application__region__name", pair=True),
    Column("date", _("Date"), "effective_date"),
    Column("amount", _("Amount (yuan)"), "paid_effect"),
)


def paid_to(role):
    return Q(kind=EntryKind.PAY, payee_line__role=role)


register(
    Metric(
        "placements.trainees_paid", _("Trainees who received the allowance"), Units.PERSONS, allowances,
        where=paid_to(PayeeRole.TRAINEE), distinct="payee_line__person", date="effective_date", columns=COLUMNS,
        definition=_("Different people who were paid the allowance for paid training on the job, by the day of payment."),
        better="up", headline=80,
    ),
    Metric(
        "placements.hosts_paid", _("Host shops that received the allowance"), Units.SHOPS, allowances,
        where=paid_to(PayeeRole.HOST), distinct="enterprise", date="effective_date", columns=COLUMNS,
        definition=_("Different host shops that were paid for training on the job, by the day of payment."),
        better="up", headline=85,
    ),
    Metric(
        "placements.paid", _("Allowance paid for training on the job"), Units.YUAN, allowances,
        where=Q(kind__in=PAID_KINDS), sum="paid_effect", date="effective_date", columns=COLUMNS,
        definition=_("Payments to trainees and host shops, less what banks returned and what was recovered, by the day "
                     "of payment."),
        better="up", headline=90,
    ),
    Sentence(
        Section.PROGRESS, 50,
        zh="今年以来，拨付带薪在岗实训补贴{placements.paid}，惠及学员{placements.trainees_paid}、实训店{placements.hosts_paid}。",
        en="Since the beginning of the year the allowance for paid training on the job has been paid to "
           "{placements.trainees_paid} and {placements.hosts_paid} that trained them: {placements.paid}.",
        keys=("placements.trainees_paid", "placements.hosts_paid", "placements.paid"), when="placements.paid",
    ),
    Sentence(
        Section.PROGRESS, 51,
        zh="其中本期拨付{placements.paid@period}，惠及学员{placements.trainees_paid@period}。",
        en="Of this, {placements.paid@period} was paid this period, to {placements.trainees_paid@period}.",
        keys=("placements.paid", "placements.trainees_paid"), when="placements.paid@period",
    ),
)
