from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "bureau.targets"
    label = "targets"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Targets and statistics")
