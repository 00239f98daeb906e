from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.common.shelves import HomeItem, HomeSource, register
from bureau.notifications.models import Notification

SHOWN = 3


def unread(user: User) -> list[HomeItem]:
    """The newest messages that the owner has not read."""
    messages = Notification.objects.visible_to(user).unread()[:SHOWN]
    return [HomeItem(title=m.title, note=m.body, url=reverse("notifications:inbox")) for m in messages]


register(
    HomeSource(
        key="notifications.unread",
        label=_("New messages"),
        items=unread,
        audience="owner",
        order=5,
        empty=_("You have read everything."),
        more_url="notifications:inbox",
    ),
)
