from django.urls import path, register_converter

from bureau.desk.views import help, homes, preferences, staff


class PictureName:
    """A file name without a folder."""

    regex = r"[a-z0-9-]+\.png"
    to_python = to_url = staticmethod(str)


register_converter(PictureName, "picture")

app_name = "desk"
urlpatterns = [
    path("", homes.front, name="front"),
    path("my/", homes.my, name="my"),
    path("search/", staff.search, name="search"),
    path("audit/", staff.audit_log, name="audit"),
    path("system/", staff.system, name="system"),
    path("help/", help.show, name="help"),
    path("help/pictures/<picture:name>", help.picture, name="help_picture"),
    path("help/first-week/close/", help.close_guide, name="close_guide"),
    path("gallery/", staff.gallery, name="gallery"),
    path("theme.css", preferences.theme, name="theme"),
    path("language/", preferences.language, name="language"),
    path("large-type/", preferences.large_type, name="large_type"),
]
