from django.urls import path, register_converter

from enterprises.credentials import views
from enterprises.credentials.models import NUMBER_PATTERN


class CredentialNumber:
    """Only what a number can be, so that nothing else reaches the database."""

    regex = NUMBER_PATTERN.strip("^$")
    to_python = to_url = staticmethod(str)


class VerificationCode:
    """Anything that somebody may have typed from a plaque: letters and digits."""

    regex = r"[A-Za-z0-9]{1,40}"
    to_python = to_url = staticmethod(str)


register_converter(CredentialNumber, "credential")
register_converter(VerificationCode, "verification")

urlpatterns = [
    path("verify/", views.verify_search, name="verify_search"),
    path("verify/<verification:code>/", views.verify, name="verify"),
    path("credentials/", views.holders, name="holders"),
    path("my/credentials/", views.my_credentials, name="credentials"),
    path("my/credentials/<credential:number>/", views.my_credential, name="credential"),
    path("my/credentials/<credential:number>/sheet/", views.my_sheet, name="credential_sheet"),
    path("my/credentials/<credential:number>/qr.png", views.my_picture, name="credential_picture"),
]
