from django.urls import path, register_converter

from training import views


class SessionNumber:
    """Only what a business number can be, so that nothing else reaches the database."""

    regex = r"PX[0-9]{10}"
    to_python = to_url = staticmethod(str)


register_converter(SessionNumber, "training_session")

app_name = "training"
urlpatterns = [
    path("training/", views.sessions, name="sessions"),
    path("training/<training_session:number>/", views.session, name="session"),
    path("training/<training_session:number>/enroll/", views.enroll, name="enroll"),
    path("my/training/", views.mine, name="mine"),
    path("my/training/<uuid:ref>/cancel/", views.cancel, name="cancel"),
]

from training.placements.urls import urlpatterns as placements  # noqa: E402

urlpatterns += placements
