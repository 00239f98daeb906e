from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "bureau.workflow"
    label = "workflow"
    verbose_name = _("Workflow")

    def ready(self) -> None:
        from bureau.workflow import checks  # noqa: F401

        autodiscover_modules("workflow")
