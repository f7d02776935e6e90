"""The addresses of the staff shell. allauth reverses `account_login`, so that name is kept as well."""

from django.urls import path

from xinyun.console import (
    amending_views,
    code_views,
    collection_views,
    quality_views,
    relation_views,
    retention_views,
    subject_views,
    views,
)

urlpatterns = [
    path("login", views.login, name="login"),
    path("login", views.login, name="account_login"),
    path("logout", views.logout, name="logout"),
    path("console/", views.dashboard, name="console"),
    path("console/rulebook", views.rulebook, name="rulebook"),
    path("console/rulebook/file", views.norm_file, name="norm-file"),
    path("console/rulebook/<slug:kind>/new", views.edition, name="norm-new"),
    path("console/rulebook/<slug:kind>/<slug:norm>", views.edition, name="norm-edition"),
    path("console/codes", code_views.codes, name="console-codes"),
    path("console/codes/issue", code_views.issue, name="console-codes-issue"),
    path("console/codes/answer", code_views.answer, name="console-codes-answer"),
    path("console/codes/look-up", code_views.look_up, name="console-codes-look-up"),
    path("console/relations", relation_views.relations, name="console-relations"),
    path("console/retention", retention_views.retention, name="console-retention"),
    path("console/quality", quality_views.quality, name="console-quality"),
    path("console/quality/notice", quality_views.notice, name="quality-notice"),
    path("console/drafts/<int:number>", views.draft, name="draft"),
    path("console/drafts/<int:number>/file", views.draft_file, name="draft-file"),
    path("console/collection", collection_views.collection, name="collection"),
    path("console/collection/template", collection_views.template, name="template"),
    path("console/submissions/<str:id>", collection_views.submission, name="submission"),
    path("console/submissions/<str:id>/mapping", collection_views.mapping, name="mapping"),
    path("console/submissions/<str:id>/errors.<str:kind>", collection_views.errors, name="submission-errors"),
    path("console/returned", collection_views.returned, name="returned"),
    path("console/returned/settle", collection_views.settle, name="settle"),
    path("console/returned/<int:id>", collection_views.returned_row, name="returned-row"),
    path("console/subjects", subject_views.subjects, name="subjects"),
    path("console/subjects/<str:code>", subject_views.subject_history, name="subject-history"),
    path("console/records", amending_views.find, name="records"),
    path("console/records/<int:id>", amending_views.record, name="record"),
    path("console/records/new", collection_views.record_new, name="record-new"),
]
