from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.admin_filters import declared_filter
from bureau.accounts.roles import Permission
from bureau.common.crypto import mask_phone
from bureau.notifications.models import Notification
from bureau.notifications.registry import KINDS

KindFilter = declared_filter("kind", _("kind"), lambda: ((kind.key, kind.title) for kind in KINDS.values()))


@admin.register(Notification)
class NotificationAdmin(BureauAdmin):
    """Did a message go out? Its text stays between the portal and who it was for."""

    chapter = "settings"
    access = {"view": Permission.CONFIG_EDIT}
    list_display = ["kind", "masked_phone", "created_at", "sms_state", "sms_sent_at", "read_at"]
    list_filter = ["sms_state", KindFilter]
    ordering = ["-id"]
    fields = ["kind", "masked_phone", "created_at", "read_at", "sms_state", "sms_sent_at", "sms_receipt"]
    readonly_fields = ["masked_phone"]

    def get_queryset(self, request):
        """Everybody's, since a message that did not go out may be anybody's."""
        return Notification.objects.order_by(*self.ordering)

    @admin.display(description=_("phone"))
    def masked_phone(self, message):
        return mask_phone(message.phone)
