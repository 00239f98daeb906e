from django.urls import path

from bureau.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.front, name="front"),
    path("my/", views.my, name="my"),
    path("search/", views.search, name="search"),
    path("gallery/", views.gallery, name="gallery"),
    path("theme.css", views.theme, name="theme"),
    path("language/", views.language, name="language"),
    path("large-type/", views.large_type, name="large_type"),
]
