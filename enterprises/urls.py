from django.urls import path, register_converter

from enterprises import views
from enterprises.credentials.urls import urlpatterns as credential_urls


class ShopNumber:
    """Only what a business number can be, so that nothing else reaches the database."""

    regex = r"E[0-9]{8}"
    to_python = to_url = staticmethod(str)


register_converter(ShopNumber, "shop")

app_name = "enterprises"
urlpatterns = [
    path("my/shops/", views.my_shops, name="my"),
    path("my/shops/find/", views.find, name="find"),
    path("my/shops/new/", views.new_shop, name="new"),
    path("my/shops/<shop:number>/", views.shop, name="shop"),
    path("my/shops/<shop:number>/claim/", views.claim, name="claim"),
    path("my/shops/<shop:number>/leave/", views.leave, name="leave"),
    *credential_urls,
]
