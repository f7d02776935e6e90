"""The addresses of the public site. A subject's address is made of its code and never changes."""

from django.urls import path

from xinyun.portal import (
    code_views,
    letting_views,
    log_views,
    quality_views,
    relation_views,
    verify_views,
    views,
)

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("subject/<str:code>.json", views.subject_json, name="subject-json"),
    path("subject/<str:code>", views.subject, name="subject"),
    path("subject/<str:code>/related", relation_views.related, name="related"),
    path("subject/<str:code>/report.pdf", views.report, name="report"),
    path("subject/<str:code>/timeline", views.timeline, name="timeline"),
    path("subject/<str:code>/objection/<str:line>", letting_views.objection, name="objection"),
    path("subject/<str:code>/repair/<str:line>", letting_views.repair, name="repair"),
    path("cases", letting_views.followed, name="case"),
    path("codes", code_views.codes, name="codes"),
    path("verify", verify_views.verify, name="verify"),
    path("ledger", log_views.log, name="log"),
    path("ledger/<path:path>", log_views.part, name="log-part"),
    path("lists/<str:id>", views.credit_list, name="list"),
    path("latest/<str:kind>", views.latest, name="latest"),
    path("catalogue", views.catalogue, name="catalogue"),
    path("catalogue.json", views.catalogue_json, name="catalogue-json"),
    path("catalogue.jsonld", views.catalogue_dcat, name="catalogue-dcat"),
    path("catalogue/coverage", views.coverage, name="coverage"),
    path("catalogue/sources", views.sources, name="sources"),
    path("catalogue/<slug:kind>/<slug:id>.json", views.norm_json, name="norm-json"),
    path("catalogue/<slug:kind>/<slug:id>", views.norm, name="norm"),
    path("quality", quality_views.ledger, name="quality"),
    path("quality/<str:month>.json", quality_views.ledger_json, name="quality-json"),
    path("quality/<str:month>.csv", quality_views.ledger_csv, name="quality-csv"),
    path("quality/<str:month>", quality_views.ledger, name="quality-month"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("reading", views.reading, name="reading"),
]
