from django.urls import path

from bureau.desk.views import homes, preferences, staff

app_name = "desk"
urlpatterns = [
    path("", homes.front, name="front"),
    path("my/", homes.my, name="my"),
    path("search/", staff.search, name="search"),
    path("audit/", staff.audit_log, name="audit"),
    path("system/", staff.system, name="system"),
    path("gallery/", staff.gallery, name="gallery"),
    path("theme.css", preferences.theme, name="theme"),
    path("language/", preferences.language, name="language"),
    path("large-type/", preferences.large_type, name="large_type"),
]
