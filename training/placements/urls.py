from django.urls import path

from training.placements import (
    converters,  # noqa: F401  (registers year_month)
    views,
)

urlpatterns = [
    path("my/placements/", views.my_placements, name="my_placements"),
    path("my/placements/<uuid:ref>/", views.placement, name="placement"),
    path("my/placements/<uuid:ref>/<year_month:month>/", views.month, name="placement_month"),
    path("my/placements/<uuid:ref>/trainees/<int:pk>/account/", views.account, name="placement_account"),
]
