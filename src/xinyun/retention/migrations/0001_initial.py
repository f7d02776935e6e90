import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

from xinyun.plumbing.guards import EVERY_ROW, insert_only

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
WHO = [
    ("actor", models.CharField(max_length=80)),
    ("on", models.DateField()),
    ("at", models.DateTimeField(db_default=Now())),
]
GROUNDS = [
    ("objection", "异议办理中"),
    ("repair", "修复办理中"),
    ("case", "复议、诉讼或者调查需要"),
    ("law", "法律、行政法规另有规定"),
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("archive", "0006_erasure"),
        ("collection", "0005_erasure"),
        ("lists", "0004_erasure"),
        ("relations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            "Hold",
            fields=[
                ID,
                ("record", models.BigIntegerField()),
                ("item", models.CharField(max_length=60)),
                ("ground", models.CharField(choices=GROUNDS, max_length=20)),
                ("reason", models.CharField(max_length=400)),
                *WHO,
            ],
            options={
                "constraints": [models.CheckConstraint(condition=~Q(reason=""), name="hold_has_its_reason")],
                "indexes": [models.Index(fields=["record"], name="hold_of_record")],
            },
        ),
        migrations.CreateModel(
            "Release",
            fields=[
                ID,
                ("reason", models.CharField(max_length=400)),
                *WHO,
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="release", to="retention.hold"
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=~Q(reason=""), name="release_has_its_reason")]
            },
        ),
        migrations.CreateModel(
            "Run",
            fields=[
                ID,
                ("counts", models.JSONField()),
                ("last_order", models.BigIntegerField()),
                ("wiped", models.BooleanField()),
                *WHO,
            ],
            options={"indexes": [models.Index(fields=["on"], name="run_of_day")]},
        ),
        insert_only({f"retention_{table}": EVERY_ROW for table in ("hold", "release", "run")}),
    ]
