from django.urls import path

from bureau.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.phone, name="login"),
    path("login/code/", views.code, name="code"),
    path("logout/", views.leave, name="logout"),
    path("account/", views.profile, name="profile"),
    path("account/sessions/", views.end_session, name="end_session"),
    path("account/confirm/", views.confirm, name="confirm"),
    path("account/authenticator/", views.second_factor, name="totp"),
]
