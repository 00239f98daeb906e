from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class FactsConfig(AppConfig):
    name = "bureau.facts"
    label = "facts"
    verbose_name = _("Facts and rules")

    def ready(self) -> None:
        from bureau.facts import checks  # noqa: F401

        autodiscover_modules("facts")
