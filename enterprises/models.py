"""Whom the bureau serves: shops and companies, the people behind them, and who acts for them online."""

from __future__ import annotations

import re
import unicodedata
from typing import Self

from django.contrib.postgres.fields.array import ArrayContains
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, GeneratedField, Q, Value
from django.db.models.functions import Cast, Concat, LPad, Now
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.enums import ScopeBasis, UnitKind
from bureau.accounts.models import SiteProfile, Unit, User
from bureau.accounts.roles import Permission
from bureau.attachments.provenance import Recorded
from bureau.common.constraints import (
    choices,
    iff_state,
    needs_in_state,
    only_in_state,
    ordered,
    sane_dates,
    together,
)
from bureau.common.crypto import EncryptedTextField, blind_index
from bureau.common.search import ZhGrams, grams, pinyin
from bureau.regions.models import Region
from enterprises.enums import OPEN_MEMBERSHIPS, Kind, MembershipState, Relation, State

USCC_PATTERN = r"^[0-9A-HJ-NPQRTUWXY]{18}$"
INDUSTRY_PATTERN = r"^[A-T]?[0-9]{0,4}$"
#: What the region of scope is copied from, by the setting of the bureau.
SCOPE_FIELDS = {
    ScopeBasis.HOME: "home_county",
    ScopeBasis.REGISTERED: "registered_region",
    ScopeBasis.OPERATING: "operating_region",
}


class PersonQuerySet(models.QuerySet["Person"]):
    def by_id_number(self, number: str) -> Self:
        """`number` is normalized; matched through its blind index."""
        return self.filter(id_index=blind_index(number, "id"))


class Person(models.Model):
    """A natural person; one per identity number, which is encrypted and found by its blind index."""

    name = models.CharField(_("name"), max_length=60)
    id_number = EncryptedTextField(_("identity number"), null=True, blank=True)
    id_index = models.CharField(max_length=64, null=True, unique=True, editable=False)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    home_county = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("home county")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["name"], name="person_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(id_number__isnull=True, id_index__isnull=True)
                | Q(id_number__isnull=False, id_index__isnull=False),
                name="person_id_with_index",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="person_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def set_id_number(self, number: str) -> None:
        """Keep the normalized `number` encrypted, with the index it is found by."""
        self.id_number, self.id_index = number, blind_index(number, "id")


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def listed(self) -> Self:
        """Those that stand in the register: not merely asked for, refused or merged away."""
        return self.filter(state__in=(State.ACTIVE, State.CLOSED))

    def visible_to(self, user: User) -> Self:
        """What staff may see: their territory by the region of scope or by the place of operation."""
        return scope.visible(
            self, user, Permission.ENTERPRISE_VIEW, region=("region", "operating_region"), unit=None
        )

    def of_member(self, user: User) -> Self:
        """Shops that `user` has been confirmed to act for."""
        return self.filter(
            pk__in=Membership.objects.filter(user=user, state=MembershipState.CONFIRMED).values("enterprise")
        )

    def search(self, text: str) -> Self:
        """Part of a Chinese name, pinyin or initials, start of a code, number or phone, operator's full name."""
        text = " ".join(unicodedata.normalize("NFKC", text).split())
        if not text:
            return self
        plain = re.sub(r"[\s-]", "", text).upper()
        if re.fullmatch(r"E\d{8}", plain):
            return self.filter(number=plain)
        if re.fullmatch(r"\d{3,}", plain):
            return self.filter(Q(phone__startswith=plain) & ~Q(phone="") | Q(uscc__startswith=plain))
        if re.fullmatch(r"9[0-9A-Z]{2,17}", plain):
            return self.filter(uscc__startswith=plain)
        if re.fullmatch(r"[a-z ]+", text.lower()):
            return self._search_letters(text.lower().replace(" ", ""))
        rule = _named(text)
        if 2 <= len(text) <= 4:
            rule |= Q(operator__in=Person.objects.filter(name=text).values("pk"))
        return self.filter(rule)

    def search_name(self, text: str) -> Self:
        """By part of the name alone: what a stranger may look for."""
        text = " ".join(text.split())
        return self.filter(_named(text)) if len(text) >= 2 else self.none()

    def _search_letters(self, letters: str) -> Self:
        """Initials or Latin letters anywhere in the name, or its pinyin from the start."""
        inside = Q(name_initials__contains=letters) | Q(name__icontains=letters)
        return self.filter(Q(name_py__startswith=letters) | inside & _holds_grams(letters))


#: Bigrams of the name and, apart from it, of its pinyin initials.
NAME_GRAMS = ZhGrams(Concat("name", Value(" "), "name_initials"))


def _named(text: str) -> Q:
    return Q(name__icontains=text) & _holds_grams(text)


def _holds_grams(text: str) -> Q:
    """The condition that the index answers; the caller rechecks the text itself. One sign has no bigram."""
    keys = grams(text)
    return Q(ArrayContains(NAME_GRAMS, Value(keys, NAME_GRAMS.output_field))) if keys else Q()


class Enterprise(Recorded):
    """A shop, company or cooperative. What it is counted by (`region`) is copied from the place that the
    bureau's setting names; `number` is its business number; a merged row points on by `merged_into`."""

    number = GeneratedField(
        verbose_name=_("register number"),
        expression=Concat(Value("E"), LPad(Cast("id", models.TextField()), 8, Value("0"))),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )
    uscc = models.CharField(
        _("unified social credit code"), max_length=18, null=True, blank=True, db_collation="C",
        validators=[RegexValidator(USCC_PATTERN)],
    )
    name = models.CharField(_("name of the enterprise"), max_length=120)
    name_py = models.CharField(max_length=600, editable=False, db_collation="C")
    name_initials = models.CharField(max_length=120, editable=False, db_collation="C")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    industry = models.CharField(
        _("industry code"), max_length=5, blank=True, validators=[RegexValidator(INDUSTRY_PATTERN)],
        help_text=_("GB/T 4754, for example H6210."),
    )
    registered_region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("registered place"),
    )
    operating_region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("place of operation"),
        help_text=_("District or county in China, or the country abroad."),
    )
    operating_address = models.CharField(_("address"), max_length=200, blank=True)
    home_county = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("home county"),
    )
    # A copy of one of the three places, which have the constraint: it is not checked a second time.
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False,
        db_constraint=False, verbose_name=_("region it counts for"),
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, editable=False, db_index=False, related_name="+",
        verbose_name=_("office in charge")
    )
    operator = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="operates", verbose_name=_("operator on the license")
    )
    actual_operator = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, db_index=False, related_name="runs",
        verbose_name=_("actual operator"),
    )
    relation = models.CharField(_("relation to the operator"), max_length=10, blank=True, choices=Relation)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    second_phone = models.CharField(_("second phone"), max_length=20, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed down on"), null=True, blank=True)
    # Nobody looks for all rows of one clerk or file here, so these two of the mixin go without their indexes.
    entered_by = models.ForeignKey(
        User, models.PROTECT, db_index=False, related_name="+", verbose_name=_("entered by")
    )
    source = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("source file"),
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, db_index=False, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("Enterprises")
        ordering = ["-id"]
        indexes = [
            GinIndex(NAME_GRAMS, name="enterprise_grams"),
            models.Index(OpClass("phone", "text_pattern_ops"), condition=~Q(phone=""), name="enterprise_phone"),
            models.Index(fields=["name_py", "id"], name="enterprise_py"),
            models.Index(
                fields=["actual_operator"], condition=Q(actual_operator__isnull=False), name="enterprise_run_by"
            ),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="enterprise_merged"),
            models.Index(fields=["region", "-id"], name="enterprise_region"),
            models.Index(fields=["operating_region", "-id"], name="enterprise_operating"),
        ]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(fields=["number"], name="enterprise_number_once"),
            models.UniqueConstraint(
                fields=["uscc"], name="enterprise_uscc_once",
                violation_error_message=_("This code stands in the register already."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="enterprise_named"),
            models.CheckConstraint(
                condition=Q(uscc__isnull=True) | Q(uscc__regex=USCC_PATTERN), name="enterprise_uscc_form"
            ),
            models.CheckConstraint(condition=Q(industry__regex=INDUSTRY_PATTERN), name="enterprise_industry_form"),
            models.CheckConstraint(
                condition=Q(actual_operator__isnull=True, relation="")
                | (Q(actual_operator__isnull=False) & ~Q(relation="")),
                name="enterprise_actual_operator_with_relation",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="enterprise_not_into_itself"),
            *choices("kind", Kind, prefix="enterprise"),
            *choices("state", State, prefix="enterprise"),
            *choices("relation", ["", *Relation], prefix="enterprise"),
            *iff_state("state", [State.MERGED], "merged_into", prefix="enterprise"),
            *needs_in_state("state", [State.CLOSED], "closed_on", prefix="enterprise"),
            *only_in_state("state", [State.CLOSED, State.MERGED], "closed_on", prefix="enterprise"),
            *ordered("opened_on", "closed_on", prefix="enterprise"),
            *sane_dates("opened_on", "closed_on", prefix="enterprise"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Names carry their pinyin, rows their region of scope and its office, whoever writes them."""
        self.name_py, self.name_initials = pinyin(self.name)
        self.region = getattr(self, scope_field())
        self.unit = unit_for(self.region)
        super().save(*args, **kwargs)

    def run_by(self) -> Person | None:
        """Who really runs it: the actual operator, else the one on the license."""
        return self.actual_operator or self.operator


def scope_field() -> str:
    """Name of the column that the region of scope is copied from."""
    return SCOPE_FIELDS[ScopeBasis(SiteProfile.get().scope_basis)]


def unit_for(region: Region | None) -> Unit | None:
    """The office that looks after a region: the closest county office above it, else the bureau itself."""
    offices = Unit.objects.filter(kind__in=(UnitKind.BUREAU, UnitKind.COUNTY)).select_related("region")
    fitting = [unit for unit in offices if region and region.path.startswith(unit.region.path)]
    return max(fitting, key=lambda unit: len(unit.region.path), default=None) or next(
        (unit for unit in offices if unit.kind == UnitKind.BUREAU), None
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User) -> Self:
        """Claims that staff may decide: those on enterprises of their territory."""
        return scope.visible(
            self, user, Permission.CLAIM_CONFIRM,
            region=("enterprise__region", "enterprise__operating_region"), unit=None,
        )

    def asked(self) -> Self:
        return self.filter(state=MembershipState.ASKED)


class Membership(models.Model):
    """`user` acts online for `enterprise`: asked for by him, confirmed or refused by staff."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("owner"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="memberships", verbose_name=_("enterprise")
    )
    state = models.CharField(_("state"), max_length=10, choices=MembershipState, default=MembershipState.ASKED)
    note = models.CharField(_("what connects you with the shop"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("claimed at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim of a shop")
        verbose_name_plural = _("claims of shops")
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(state="asked"), name="membership_asked")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "enterprise"], condition=Q(state__in=OPEN_MEMBERSHIPS), name="membership_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=MembershipState.REFUSED) | ~Q(reason=""), name="membership_refused_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("user")), name="membership_not_by_oneself"
            ),
            *choices("state", MembershipState, prefix="membership"),
            *together("decided_at", "decided_by", prefix="membership"),
            *needs_in_state(
                "state", [MembershipState.CONFIRMED, MembershipState.REFUSED], "decided_at", prefix="membership"
            ),
            *only_in_state(
                "state", [s for s in MembershipState if s != MembershipState.ASKED], "decided_at", prefix="membership"
            ),
            *iff_state("state", [MembershipState.ENDED], "ended_at", prefix="membership"),
            *ordered("asked_at", "decided_at", "ended_at", prefix="membership"),
            *sane_dates("asked_at", "decided_at", "ended_at", prefix="membership"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"


from enterprises.credentials.models import (  # noqa: E402, F401  (a room of this app with models of its own)
    Credential,
    CredentialKind,
    CredentialLog,
    CredentialQuota,
    CredentialRound,
)
