"""What offices correct, withdraw and have readmitted."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.guards import EVERY_ROW, insert_only

KINDS = [("corrected", "更正"), ("withdrawn", "撤回"), ("readmitted", "恢复")]


class Migration(migrations.Migration):
    dependencies = [("collection", "0003_ways_in")]

    operations = [
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("item", models.CharField(max_length=60)),
                ("record", models.BigIntegerField()),
                ("office", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=400)),
                ("notice", models.CharField(blank=True, max_length=400)),
                ("notified_on", models.DateField(null=True)),
                ("submission", models.CharField(blank=True, max_length=32)),
                ("actor", models.CharField(max_length=80)),
                ("amended_on", models.DateField()),
                ("at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.AddIndex("amendment", models.Index(fields=["record"], name="amendment_of_record")),
        migrations.AddIndex("amendment", models.Index(fields=["office", "kind", "-at"], name="amendment_of_office")),
        migrations.AddConstraint(
            "amendment", models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_its_reason")
        ),
        migrations.AddConstraint(
            "amendment",
            models.CheckConstraint(
                condition=~Q(kind="readmitted") | (~Q(notice="") & Q(notified_on__lte=F("amended_on"))),
                name="readmission_after_a_notice",
            ),
        ),
        migrations.AddConstraint(
            "amendment",
            models.CheckConstraint(
                condition=~Q(kind="corrected") | ~Q(submission=""), name="correction_is_submitted"
            ),
        ),
        insert_only({"collection_amendment": EVERY_ROW}),
    ]
