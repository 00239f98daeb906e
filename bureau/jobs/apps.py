from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "bureau.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self):
        import_module("bureau.celery")
        autodiscover_modules("tasks")
