from django.urls import path

from bureau.formbuilder import views

app_name = "formbuilder"
urlpatterns = [path("forms/places/", views.places, name="places")]
