"""Every address of the portal; each app brings its own `urls.py`, named here by string."""

from django.contrib import admin
from django.urls import include, path

from bureau import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("files/", include("bureau.attachments.urls")),
    path("jobs/", include("bureau.jobs.urls")),
    path("reports/", include("bureau.reports.urls")),
    path("", include("bureau.accounts.urls")),
    path("", include("bureau.notifications.urls")),
    path("", include("bureau.formbuilder.urls")),
    path("", include("bureau.targets.urls")),
    path("", include("enterprises.urls")),
    path("", include("programs.urls")),
    path("", include("training.urls")),
    path("", include("subsidies.urls")),
    path("", include("subsidies.loans.urls")),
    path("", include("bureau.dashboards.urls")),
    path("", include("bureau.desk.urls")),
]

handler400 = "bureau.accounts.errors.bad_request"
handler500 = "bureau.desk.errors.server_error"
