"""Every address of the portal; each app brings its own `urls.py`, named here by string."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from bureau import health

APPS = {
    "bureau.accounts": "",
    "bureau.attachments": "files/",
    "bureau.jobs": "jobs/",
    "bureau.notifications": "",
    "bureau.workflow": "",
    "bureau.formbuilder": "",
    "enterprises": "",
    "subsidies": "",
    "bureau.reports": "reports/",
    "bureau.dashboards": "",
    "bureau.desk": "",
}

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]
urlpatterns += [
    path(prefix, include(f"{app}.urls")) for app, prefix in APPS.items() if find_spec(app) and find_spec(f"{app}.urls")
]

handler400 = "bureau.accounts.errors.bad_request"
handler500 = "bureau.desk.errors.server_error"
