"""The addresses of the staff shell. allauth reverses `account_login`, so that name is kept as well."""

from django.urls import path

from xinyun.console import views

urlpatterns = [
    path("login", views.login, name="login"),
    path("login", views.login, name="account_login"),
    path("logout", views.logout, name="logout"),
    path("console/", views.dashboard, name="console"),
    path("console/rulebook", views.rulebook, name="rulebook"),
    path("console/rulebook/file", views.norm_file, name="norm-file"),
    path("console/rulebook/<slug:kind>/new", views.edition, name="norm-new"),
    path("console/rulebook/<slug:kind>/<slug:norm>", views.edition, name="norm-edition"),
    path("console/drafts/<int:number>", views.draft, name="draft"),
    path("console/drafts/<int:number>/file", views.draft_file, name="draft-file"),
]
