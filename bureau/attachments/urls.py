from django.urls import path

from bureau.attachments import views

app_name = "attachments"
urlpatterns = [
    path("upload/<str:purpose>/", views.upload, name="upload"),
    path("<uuid:pk>/", views.download, name="download"),
    path("<uuid:pk>/view/", views.view, name="view"),
    path("<uuid:pk>/thumb/", views.thumbnail, name="thumb"),
    path("<uuid:pk>/discard/", views.discard, name="discard"),
]
