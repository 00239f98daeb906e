"""Who works here: users, units, grants, and the one bureau this installation serves."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bureau.accounts.enums import ScopeBasis, UnitKind, UserKind
from bureau.accounts.roles import EXCLUSIVE_ROLES, ROLES, Permission, Role, role_choices, roles_with
from bureau.common import clock
from bureau.common.constraints import sane_dates
from bureau.common.crypto import EncryptedTextField
from bureau.common.i18n import localized
from bureau.common.identity import normalize_phone
from bureau.common.lasting import LastingForeignKey
from bureau.common.remembered import Remembered


class UserManager(BaseUserManager["User"]):
    def create_owner(self, *, phone: str, name: str = "") -> User:
        user = self.model(kind=UserKind.OWNER, phone=normalize_phone(phone), name=name)
        user.set_unusable_password()
        user.save()
        return user

    def create_staff(self, *, username: str, name: str, password: str | None, phone: str | None = None) -> User:
        user = self.model(kind=UserKind.STAFF, username=username, name=name, phone=phone)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str) -> User:
        """Only staff log in by name and password; owners have no user name."""
        return self.get(username=username)

    def machine(self) -> User:
        """The account under which beat and the sweeper act; a migration makes it."""
        return machine()


machine: Remembered[User] = Remembered(lambda: User.objects.get(username="system"))


class User(AbstractBaseUser):
    """Owners log in by phone and code, staff by name, password and TOTP; machines never."""

    kind = models.CharField(_("kind"), max_length=10, choices=UserKind, default=UserKind.OWNER)
    username = models.CharField(_("user name"), max_length=60, unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=20, null=True, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans", choices=settings.LANGUAGES)
    totp_secret = EncryptedTextField(_("TOTP secret"), blank=True, default="")
    totp_confirmed = models.BooleanField(_("TOTP confirmed"), default=False)
    totp_last_step = models.BigIntegerField(default=0)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    #: When he took the hint to the first week off his desk; a new member of staff has it.
    guide_closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes = [models.Index(fields=["-kind", "username", "id"], name="user_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["phone"], condition=Q(kind=UserKind.OWNER), name="user_owner_phone_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=UserKind.OWNER, phone__isnull=False, username__isnull=True)
                | Q(kind__in=[UserKind.STAFF, UserKind.MACHINE], username__isnull=False),
                name="user_named_by_kind",
            ),
            *sane_dates("last_login", "created_at", "guide_closed_at", prefix="user"),
        ]

    def __str__(self) -> str:
        return self.name or self.username or self.phone or str(self.pk)

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.kind == UserKind.STAFF

    @property
    def is_superuser(self) -> bool:
        """There is none: rights come from grants alone."""
        return False

    @cached_property
    def current_grants(self) -> list[Grant]:
        """Grants valid today, by role; read once per loaded user, on every request, so the few rows are sorted here."""
        if not self.is_active:
            return []
        found = Grant.objects.current().filter(user=self).order_by()
        return sorted(found, key=lambda grant: (grant.role, grant.valid_from, grant.pk))

    @cached_property
    def roles(self) -> frozenset[Role]:
        own = {Role.OWNER} if self.kind == UserKind.OWNER and self.is_active else set()
        return frozenset(own | {Role(grant.role) for grant in self.current_grants})

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        return frozenset().union(*(ROLES[role].permissions for role in self.roles))

    def granted_units(self, *permissions: Permission) -> list[Unit]:
        """Units at which the user holds any of the permissions."""
        roles = roles_with(*permissions)
        units = {grant.unit_id: grant.unit for grant in self.current_grants if grant.role in roles}
        return list(units.values())

    def can(self, permission: Permission, unit: Unit | None = None) -> bool:
        """May he do it at all, or, with a unit, at that unit or one above it?"""
        if permission not in self.permissions:
            return False
        if unit is None or self.kind == UserKind.OWNER:
            return True
        return any(unit.path.startswith(own.path) for own in self.granted_units(permission))

    # Django's admin asks these; BureauAdmin answers from declarations instead.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class UnitQuerySet(models.QuerySet["Unit"]):
    def within(self, unit: Unit) -> UnitQuerySet:
        return self.filter(path__startswith=unit.path)

    def root(self) -> Unit:
        return self.get(parent__isnull=True)


class Unit(models.Model):
    """An office. `path` names the way from the bureau down, made of own serials ("001.003.")."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("under")
    )
    path = models.CharField(max_length=80, unique=True, editable=False, db_collation="C")
    region = LastingForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("territory"),
        help_text=_("What the unit looks after: cases of this region reach it."),
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    address_zh = models.CharField(_("address (Chinese)"), max_length=120, blank=True)
    address_en = models.CharField(_("address (English)"), max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                models.ExpressionWrapper(Q(parent__isnull=True), models.BooleanField()),
                condition=Q(parent__isnull=True),
                name="unit_one_root",
            ),
        ]

    def __str__(self) -> str:
        return localized(self, "name")

    def save(self, *args, **kwargs) -> None:
        """A new unit draws the next serial under its parent; a path never changes afterwards."""
        if not self.path:
            siblings = Unit.objects.filter(parent=self.parent)
            last = siblings.order_by("-path").values_list("path", flat=True).first()
            serial = int(last.rstrip(".").rsplit(".", 1)[-1]) + 1 if last else 1
            self.path = f"{self.parent.path if self.parent else ''}{serial:03d}."
        super().save(*args, **kwargs)

    def is_within(self, other: Unit) -> bool:
        return self.path.startswith(other.path)


class GrantQuerySet(models.QuerySet["Grant"]):
    def current(self, day: date | None = None) -> GrantQuerySet:
        """Valid on the day. One that was ended by hand is void from that day on, so a right goes at once."""
        day = day or clock.today()
        lasts = Q(valid_to__isnull=True) | Q(valid_to__gt=day) | Q(valid_to=day, ended_by__isnull=True)
        return self.filter(lasts, valid_from__lte=day)

    def exclusive(self) -> GrantQuerySet:
        """Those of the three administrators."""
        return self.filter(role__in=[role.value for role in EXCLUSIVE_ROLES])

    def overlapping(self, start: date | None, end: date | None) -> GrantQuerySet:
        found = self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=start)) if start else self
        found = found.filter(valid_from__lte=end) if end else found
        return found.exclude(ended_by__isnull=False, valid_to=start)


class Grant(models.Model):
    """A role of a user at a unit, from a day to a day (both included), given by somebody else."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=role_choices)
    unit = LastingForeignKey(Unit, models.PROTECT, related_name="grants", verbose_name=_("unit"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("given by"))
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["user_id", "role", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"], condition=Q(valid_to__isnull=True), name="grant_open_once"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(role__in=[r.value for r in EXCLUSIVE_ROLES], valid_to__isnull=True),
                name="grant_one_of_three_administrators",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="grant_in_order"
            ),
            models.CheckConstraint(condition=~Q(given_by=F("user")), name="grant_not_to_self"),
            models.CheckConstraint(condition=~Q(role=Role.OWNER.value), name="grant_staff_roles_only"),
            *sane_dates("valid_from", "valid_to", prefix="grant"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role_label} · {self.unit}"

    @property
    def role_label(self) -> str:
        return str(ROLES[Role(self.role)].label)


class SiteProfile(models.Model):
    """The one bureau that this installation serves."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=120)
    industry_zh = models.CharField(_("industry (Chinese)"), max_length=60, blank=True)
    industry_en = models.CharField(_("industry (English)"), max_length=120, blank=True)
    root = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    scope_basis = models.CharField(
        _("region of scope"), max_length=12, choices=ScopeBasis, default=ScopeBasis.HOME,
        help_text=_("Decides who handles a case, what a county sees and where it is counted."),
    )
    organization_code = models.CharField(_("organization code"), max_length=18, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    supervision_phone = models.CharField(_("supervision phone"), max_length=20, blank=True)
    address_zh = models.CharField(_("address (Chinese)"), max_length=120, blank=True)
    address_en = models.CharField(_("address (English)"), max_length=200, blank=True)
    icp_number = models.CharField(_("ICP number"), max_length=60, blank=True)
    site_code = models.CharField(_("government site code"), max_length=20, blank=True)
    primary_color = models.CharField(_("primary color"), max_length=7, default="#1F4E8C")
    shows_pledges = models.BooleanField(
        _("shows public pledges"), default=True,
        help_text=_("Off: their public pages are not found and nothing links to them; staff go on working."),
    )

    class Meta:
        verbose_name = _("site profile")
        verbose_name_plural = _("site profile")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="siteprofile_only_one")]

    def __str__(self) -> str:
        return localized(self, "name")

    @classmethod
    def get(cls) -> SiteProfile:
        """The profile; raises ValidationError with what to do where none has been entered yet."""
        profile = cls.objects.select_related("root").first()
        if profile is None:
            raise ValidationError(_("The bureau has no site profile yet: enter it in the settings of the admin site."))
        return profile


class LoginCode(models.Model):
    """A code sent to a phone. Only its hash is kept; times are real, since a moved clock must not revive one."""

    phone = models.CharField(_("phone"), max_length=20)
    code_hash = models.CharField(max_length=128)
    address = models.GenericIPAddressField(_("IP address"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    class Meta:
        verbose_name = _("login code")
        verbose_name_plural = _("login codes")
        indexes = [
            models.Index(fields=["phone", "-created_at"], name="logincode_phone"),
            models.Index(fields=["address", "-created_at"], name="logincode_address"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="logincode_five_tries"),
            *sane_dates("created_at", "expires_at", "used_at", prefix="logincode"),
        ]

    def __str__(self) -> str:
        return f"{self.phone[-4:]} · {self.created_at:%Y-%m-%d %H:%M}"


class PortalSession(AbstractBaseSession):
    """A session that knows its user, so that his sessions can be shown and ended."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type:
        from bureau.accounts.sessions import SessionStore

        return SessionStore
