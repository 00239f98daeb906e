"""Logins, profile, and the forms of the admin pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, AuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm as StockPasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import Grant, SiteProfile, Unit, User
from bureau.accounts.passwords import LONGEST
from bureau.accounts.roles import EXCLUSIVE_ROLES, ROLES, Role
from bureau.accounts.sessions import end_sessions
from bureau.common.forms import CleanCharField, CleanModelForm, CodeField, PhoneField
from bureau.common.text import ascii_digits


class SixDigitsField(CodeField):
    """A code of six digits, also typed full-width or with a space in the middle."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 16)
        super().__init__(*args, **kwargs)

    def normalize(self, text: str) -> str:
        digits = ascii_digits(text).replace(" ", "")
        if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
            raise ValidationError(_("The code has six digits."), code="invalid")
        return digits

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "one-time-code", "inputmode": "numeric"}


class PhoneForm(forms.Form):
    phone = PhoneField(label=_("Mobile number"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs.update(autocomplete="tel", inputmode="tel", autofocus=True)


class CodeForm(forms.Form):
    code = SixDigitsField(label=_("Code from the message"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class StaffLoginForm(AuthenticationForm):
    """Name, password and the authenticator's code in one go: a wrong answer does not say which was wrong."""

    username = CleanCharField(
        label=_("User name"), max_length=60,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"), max_length=LONGEST, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    totp_token = SixDigitsField(
        label=_("Code of your authenticator"), required=False, help_text=_("Leave empty if you have not set one up.")
    )
    error_messages = {
        "invalid_login": _("The name, the password or the code is not right. Please check all three."),
        "inactive": _("The name, the password or the code is not right. Please check all three."),
    }

    def clean(self) -> dict[str, Any]:
        from django.contrib.auth import authenticate

        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is not None and password:
            self.user_cache = authenticate(
                self.request, username=username, password=password,
                totp_token=self.cleaned_data.get("totp_token", ""),
            )
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")


class ConfirmForm(forms.Form):
    """Staff show once more who they are, by password."""

    password = forms.CharField(
        label=_("Your password"), max_length=LONGEST, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("The password is not right."), code="wrong")
        return ""


class ProfileForm(CleanModelForm):
    class Meta:
        model = User
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class OwnPasswordForm(StockPasswordChangeForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("new_password1") and cleaned.get("new_password1") == cleaned.get("old_password"):
            self.add_error("new_password1", _("Please choose a password that differs from the old one."))
        return cleaned

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = False
        return super().save(commit)


# --- admin pages ----------------------------------------------------------------------------------


class StaffCreationForm(AdminUserCreationForm, CleanModelForm):
    """A new member of staff with a first password, which he must change."""

    usable_password = None
    username = CleanCharField(label=_("User name"), max_length=60)
    name = CleanCharField(label=_("Name"), max_length=60)
    phone = PhoneField(label=_("Mobile number"), required=False)

    class Meta:
        model = User
        fields = ("username", "name", "phone")

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("Somebody has this user name already."), code="unique")
        return username

    def clean_phone(self) -> str | None:
        return self.cleaned_data["phone"] or None

    def save(self, commit: bool = True) -> User:
        self.instance.kind, self.instance.must_change_password = "staff", True
        return super().save(commit)


class TemporaryPasswordForm(AdminPasswordChangeForm):
    """A password somebody else knows is good for one login; all sessions of its owner end."""

    usable_password = None

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = True
        user = super().save(commit)
        end_sessions(user)
        return user


class UserForm(CleanModelForm):
    phone = PhoneField(label=_("Mobile number"), required=False)

    class Meta:
        model = User
        fields = ["name", "phone", "is_active", "language"]

    def clean_phone(self) -> str | None:
        phone = self.cleaned_data["phone"] or None
        if self.instance.kind == "owner" and phone != self.instance.phone:
            raise ValidationError(
                _("An owner logs in by this number. He changes it himself by logging in with the new one."),
                code="owner",
            )
        return phone


class GrantForm(CleanModelForm):
    """Given by whoever is logged in; `giver` is set by the admin page."""

    giver: User

    class Meta:
        model = Grant
        fields = ["user", "role", "unit", "valid_from", "valid_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:  # an owner is one by his shops
            self.fields["role"].choices = [one for one in self.fields["role"].choices if one[0] != Role.OWNER]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        user, role = cleaned.get("user"), cleaned.get("role")
        if user is not None and user == self.giver:
            self.add_error("user", _("Nobody gives a role to himself. Another security administrator must do it."))
        if user is not None and user.kind != "staff":
            self.add_error("user", _("Roles are for staff."))
        if user is not None and role in {r.value for r in EXCLUSIVE_ROLES}:
            self._check_three_administrators(user, role, cleaned)
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", _("The last day lies before the first."))
        return cleaned

    def _check_three_administrators(self, user: User, role: str, cleaned: dict[str, Any]) -> None:
        others = Grant.objects.exclusive().filter(user=user).exclude(role=role)
        held = others.overlapping(cleaned.get("valid_from"), cleaned.get("valid_to")).first()
        if held:
            self.add_error(
                "role",
                ValidationError(
                    _("%(user)s is already “%(role)s”: one person holds at most one of the three administrators."),
                    code="exclusive", params={"user": user, "role": ROLES[Role(held.role)].label},
                ),
            )


class UnitForm(CleanModelForm):
    class Meta:
        model = Unit
        fields = ["code", "kind", "name_zh", "name_en", "parent", "region", "phone", "address_zh", "address_en"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        alone = "parent" in self.fields and not cleaned.get("parent") and "parent" not in self.errors
        if alone and Unit.objects.filter(parent=None).exclude(pk=self.instance.pk).exists():
            self.add_error("parent", _("Only the bureau itself stands under no other unit."))
        return cleaned


class SiteProfileForm(CleanModelForm):
    class Meta:
        model = SiteProfile
        exclude = ["id"]

    def clean_primary_color(self) -> str:
        color = self.cleaned_data["primary_color"]
        if len(color) != 7 or color[0] != "#" or any(c not in "0123456789abcdefABCDEF" for c in color[1:]):
            raise ValidationError(_("Please enter a color like #1F4E8C."), code="invalid")
        return color
