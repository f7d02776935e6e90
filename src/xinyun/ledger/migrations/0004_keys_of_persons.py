"""What is logged about a person lies under a key of the person's own, which goes by an order alone."""

from django.db import migrations, models
from django.db.models import Q

from xinyun.plumbing.guards import EVERY_ROW, blankable, insert_only

_ORDERED = "EXISTS (SELECT 1 FROM ledger_erasureorder o WHERE o.id = NEW.order_id)"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_erasure")]

    operations = [
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=64, verbose_name="标签的散列")),
                ("wrapped", models.BinaryField(null=True, verbose_name="封存的密钥")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.erasureorder",
                        verbose_name="删除令",
                    ),
                ),
            ],
            options={
                "verbose_name": "个人密钥",
                "verbose_name_plural": "个人密钥",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(wrapped__isnull=False, order__isnull=True) & ~Q(about="")
                        | Q(wrapped__isnull=True, order__isnull=False, about=""),
                        name="personkey_whole_or_gone",
                    ),
                    models.UniqueConstraint(
                        fields=["about"], condition=Q(wrapped__isnull=False), name="personkey_one_of_a_label"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="preimage",
            name="key",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="ledger.personkey",
                verbose_name="个人密钥",
            ),
        ),
        migrations.AddIndex(
            model_name="preimage",
            index=models.Index(fields=["key"], condition=Q(key__isnull=False), name="preimage_of_key"),
        ),
        insert_only({"ledger_personkey": "NEW.wrapped IS NOT NULL OR OLD.wrapped IS NULL OR NEW.id <> OLD.id"}),
        blankable({"ledger_personkey": (EVERY_ROW, _ORDERED)}),
    ]
