"""A leaf's content may be erased where an order names the leaf; what was erased before this had orders gets one."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

from xinyun.plumbing.guards import EVERY_ROW, blankable, insert_only

_ORDERED = "EXISTS (SELECT 1 FROM ledger_erasedleaf e WHERE e.leaf_id = OLD.leaf_id)"


def _name_the_old(apps: Any, schema_editor: Any) -> None:
    old = apps.get_model("ledger", "Preimage").objects.using("ledger").filter(erased_on__isnull=False)
    if not old.exists():
        return
    first = old.order_by("erased_on").first()
    order = apps.get_model("ledger", "ErasureOrder").objects.using("ledger").create(
        norm="", basis="删除令启用之前删除的 erased before there were orders", actor=first.erased_by, on=first.erased_on
    )
    schema_editor.execute(
        "INSERT INTO ledger_erasedleaf (leaf_id, order_id) SELECT leaf_id, %s FROM ledger_preimage WHERE erased_on IS NOT NULL",
        [order.pk],
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_insert_only")]

    operations = [
        migrations.CreateModel(
            name="ErasureOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("norm", models.CharField(max_length=80, verbose_name="规定")),
                ("basis", models.CharField(max_length=400, verbose_name="依据")),
                ("actor", models.CharField(max_length=200, verbose_name="删除人")),
                ("on", models.DateField(verbose_name="删除日期")),
                ("at", models.DateTimeField(db_default=Now(), verbose_name="时刻")),
            ],
            options={
                "verbose_name": "删除令",
                "verbose_name_plural": "删除令",
                "constraints": [
                    models.CheckConstraint(condition=~Q(basis=""), name="ledger_erasure_has_its_article")
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasedLeaf",
            fields=[
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="ledger.leaf",
                        verbose_name="存证",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.erasureorder",
                        verbose_name="删除令",
                    ),
                ),
            ],
            options={"verbose_name": "已删除的内容", "verbose_name_plural": "已删除的内容"},
        ),
        migrations.RunPython(_name_the_old),
        insert_only({"ledger_erasureorder": EVERY_ROW, "ledger_erasedleaf": EVERY_ROW}),
        blankable({"ledger_preimage": (EVERY_ROW, _ORDERED)}),
    ]
