"""The addresses of the public site. A subject's address is made of its code and never changes."""

from django.urls import path

from xinyun.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("subject/<str:code>.json", views.subject_json, name="subject-json"),
    path("subject/<str:code>", views.subject, name="subject"),
    path("subject/<str:code>/report.pdf", views.report, name="report"),
    path("verify", views.verify, name="verify"),
    path("lists/<str:id>", views.credit_list, name="list"),
    path("latest/<str:kind>", views.latest, name="latest"),
    path("catalogue", views.catalogue, name="catalogue"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("reading", views.reading, name="reading"),
]
