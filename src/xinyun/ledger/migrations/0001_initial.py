from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="序号")),
                ("kind", models.CharField(max_length=64, verbose_name="类别")),
                ("at", models.DateTimeField(verbose_name="时刻")),
                ("commitment", models.BinaryField(max_length=32, verbose_name="承诺值")),
                ("leaf_hash", models.BinaryField(max_length=32, verbose_name="叶哈希")),
                ("ref", models.CharField(max_length=200, null=True, verbose_name="引用号")),
            ],
            options={
                "verbose_name": "存证",
                "verbose_name_plural": "存证",
                "constraints": [
                    models.CheckConstraint(condition=Q(index__gte=0), name="leaf_index_from_0"),
                    models.UniqueConstraint(
                        fields=["ref"], condition=Q(ref__isnull=False), name="leaf_ref_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preimage",
            fields=[
                (
                    "leaf",
                    models.OneToOneField(
                        on_delete=models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="ledger.leaf",
                        verbose_name="存证",
                    ),
                ),
                ("salt", models.BinaryField(max_length=16, null=True, verbose_name="盐")),
                ("payload", models.TextField(null=True, verbose_name="内容")),
                ("erased_on", models.DateField(null=True, verbose_name="删除日期")),
                ("erased_by", models.CharField(default="", max_length=200, verbose_name="删除人")),
            ],
            options={
                "verbose_name": "存证内容",
                "verbose_name_plural": "存证内容",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(salt__isnull=False, payload__isnull=False, erased_on__isnull=True)
                        | Q(salt__isnull=True, payload__isnull=True, erased_on__isnull=False),
                        name="preimage_whole_or_erased",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField(verbose_name="层")),
                ("index", models.BigIntegerField(verbose_name="序号")),
                ("width", models.SmallIntegerField(verbose_name="宽度")),
                ("hashes", models.BinaryField(verbose_name="哈希")),
            ],
            options={"verbose_name": "哈希块", "verbose_name_plural": "哈希块"},
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="规模")),
                ("root", models.BinaryField(max_length=32, verbose_name="根哈希")),
                ("note", models.TextField(verbose_name="签名文本")),
                ("actor", models.CharField(max_length=200, verbose_name="签发人")),
                ("on", models.DateField(verbose_name="签发日期")),
                ("at", models.DateTimeField(db_default=Now(), verbose_name="签发时刻")),
            ],
            options={"verbose_name": "检查点", "verbose_name_plural": "检查点"},
        ),
    ]
