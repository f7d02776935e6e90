"""The addresses of the staff shell. allauth reverses `account_login`, so that name is kept as well."""

from django.urls import path

from xinyun.console import views

urlpatterns = [
    path("login", views.login, name="login"),
    path("login", views.login, name="account_login"),
    path("logout", views.logout, name="logout"),
    path("console/", views.dashboard, name="console"),
]
