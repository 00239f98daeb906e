from django.urls import path, register_converter

from programs import views


class PledgeNumber:
    """Only what a business number can be, so that nothing else reaches the database."""

    regex = r"CN[0-9]{6,12}"
    to_python = to_url = staticmethod(str)


register_converter(PledgeNumber, "pledge")

app_name = "programs"
urlpatterns = [
    path("pledges/", views.pledges, name="pledges"),
    path("pledges/display/", views.display, name="display"),
    path("pledges/<pledge:number>/", views.pledge, name="pledge"),
    path("pledges/<pledge:number>/rate/", views.rate, name="rate"),
    path("pledges/<pledge:number>/take-back/", views.take_back, name="take_back"),
    path("pledges/<pledge:number>/files/<uuid:pk>/", views.file, name="file"),
    path("pledges/<pledge:number>/files/<uuid:pk>/thumb/", views.thumbnail, name="thumb"),
]
