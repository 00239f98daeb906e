from django.urls import path

from bureau.reports import views

app_name = "reports"

urlpatterns = [
    path("", views.index, name="index"),
    path("open/", views.open_on_demand, name="open"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/docx/", views.docx, name="docx"),
    path("<int:pk>/figures/<int:figure_id>/", views.figure, name="figure"),
    path("<int:pk>/do/<slug:name>/", views.step, name="step"),
    path("<int:pk>/refresh/", views.refresh, name="refresh"),
    path("<int:pk>/revise/", views.revise, name="revise"),
    path("<int:pk>/paragraphs/add/", views.paragraph, name="add_paragraph"),
    path("<int:pk>/paragraphs/<int:paragraph_id>/", views.paragraph, name="paragraph"),
    path("<int:pk>/paragraphs/<int:paragraph_id>/remove/", views.remove_paragraph, name="remove_paragraph"),
]
