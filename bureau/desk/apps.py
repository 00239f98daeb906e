from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "bureau.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from bureau.desk import checks  # noqa: F401 - registers itself

        autodiscover_modules("inbox")
