from django.urls import path

from subsidies import urls as awards  # noqa: F401  (it registers the converter for numbers of shops)
from subsidies.loans import views

app_name = "loans"
urlpatterns = [
    path("loans/", views.ProductsView.as_view(), name="products"),
    path("loans/<slug:key>/", views.ProductView.as_view(), name="product"),
    path("loans/<slug:key>/ask/<enterprise_number:number>/", views.AskView.as_view(), name="ask"),
    path("my/loans/", views.MyListView.as_view(), name="my_list"),
    path("my/loans/<uuid:ref>/", views.DetailView.as_view(), name="my_detail"),
    path("my/loans/<uuid:ref>/withdraw/", views.WithdrawView.as_view(), name="my_withdraw"),
]
