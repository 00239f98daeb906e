from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "bureau.metrics"
    label = "metrics"
    verbose_name = _("Figures")

    def ready(self) -> None:
        from bureau.metrics import checks  # noqa: F401

        autodiscover_modules("metrics")
