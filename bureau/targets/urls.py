from django.urls import path

from bureau.targets import views

app_name = "targets"

urlpatterns = [
    path("targets/", views.index, name="index"),
    path("targets/export/", views.download, name="export"),
    path("targets/grid/", views.grid, name="grid"),
    path("targets/stated/", views.state, name="state"),
]
