from django.urls import path, re_path

from bureau.dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("dashboard/", views.index, name="index"),
    re_path(r"^records/(?P<key>[a-z][a-z0-9_.]{0,79})/$", views.records, name="records"),
]
