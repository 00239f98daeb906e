from django.urls import path

from bureau.notifications import views

app_name = "notifications"
urlpatterns = [
    path("my/messages/", views.inbox, name="inbox"),
    path("my/messages/read/", views.read_all, name="read_all"),
    path("my/messages/<int:pk>/", views.open_message, name="open"),
    path("sent-messages/", views.sent, name="sent"),
]
