from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "bureau.common"
    label = "common"
    verbose_name = _("Common")

    def ready(self):
        from bureau.common import checks  # noqa: F401
