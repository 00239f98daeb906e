"""Messages of the rooms below this one."""

from django.utils.translation import gettext_lazy as _

from bureau.notifications.registry import NoticeKind, register

register(
    NoticeKind(
        "accounts.login_code",
        title=_("Login code"),
        body=_("Your login code is {code}, valid for {minutes} minutes. Do not tell it to anybody."),
        secret=True,
        urgent=True,
    ),
)
