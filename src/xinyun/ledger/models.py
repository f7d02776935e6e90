"""The tables of the log. All live in the database `ledger`; leaves and signed heads are insert-only."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly

ALIAS = "ledger"


class Leaf(AppendOnly):
    """One event. `index` is its place in the tree, counted from 0 without a gap."""

    index = models.BigIntegerField("序号", primary_key=True)
    kind = models.CharField("类别", max_length=64)
    at = models.DateTimeField("时刻")
    commitment = models.BinaryField("承诺值", max_length=32)
    leaf_hash = models.BinaryField("叶哈希", max_length=32)
    ref = models.CharField("引用号", max_length=200, null=True)

    class Meta:
        verbose_name = "存证"
        verbose_name_plural = "存证"
        constraints = (
            models.CheckConstraint(condition=models.Q(index__gte=0), name="leaf_index_from_0"),
            models.UniqueConstraint(
                fields=["ref"], condition=models.Q(ref__isnull=False), name="leaf_ref_once"
            ),
        )


class Tile(models.Model):
    """Up to 256 hashes side by side (C2SP tlog-tiles). A full tile never changes again."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField("层")
    index = models.BigIntegerField("序号")
    width = models.SmallIntegerField("宽度")
    hashes = models.BinaryField("哈希")

    class Meta:
        verbose_name = "哈希块"
        verbose_name_plural = "哈希块"


class Checkpoint(AppendOnly):
    """A signed head: the note is what is published, the other columns help to find it."""

    size = models.BigIntegerField("规模", primary_key=True)
    root = models.BinaryField("根哈希", max_length=32)
    note = models.TextField("签名文本")
    actor = models.CharField("签发人", max_length=200)
    on = models.DateField("签发日期")
    at = models.DateTimeField("签发时刻", db_default=Now())

    class Meta:
        verbose_name = "检查点"
        verbose_name_plural = "检查点"


class ErasureOrder(AppendOnly):
    """That contents which the law says to delete are deleted: by which norm and articles, on which day, by whom."""

    norm = models.CharField("规定", max_length=80)
    basis = models.CharField("依据", max_length=400)
    actor = models.CharField("删除人", max_length=200)
    on = models.DateField("删除日期")
    at = models.DateTimeField("时刻", db_default=Now())

    class Meta:
        verbose_name = "删除令"
        verbose_name_plural = "删除令"
        constraints = (
            models.CheckConstraint(condition=~models.Q(basis=""), name="ledger_erasure_has_its_article"),
        )


class PersonKey(models.Model):
    """The key under which lies what is logged about a person, itself sealed under the data key.

    By an order of erasure the key goes, and with it the label by which it was found.
    """

    about = models.CharField("标签的散列", max_length=64)
    wrapped = models.BinaryField("封存的密钥", null=True)
    order = models.ForeignKey(
        ErasureOrder, models.PROTECT, null=True, verbose_name="删除令", related_name="+", db_index=False
    )

    class Meta:
        verbose_name = "个人密钥"
        verbose_name_plural = "个人密钥"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, order__isnull=True) & ~models.Q(about="")
                | models.Q(wrapped__isnull=True, order__isnull=False, about=""),
                name="personkey_whole_or_gone",
            ),
            models.UniqueConstraint(
                fields=["about"], condition=models.Q(wrapped__isnull=False), name="personkey_one_of_a_label"
            ),
        )


class Preimage(models.Model):
    """What the leaf commits to. Payload and salt go together when the law asks for erasure.

    Under a person's key (see `personal`) `salt` is the nonce, and `payload` what the key has sealed, in base64.
    """

    leaf = models.OneToOneField(Leaf, models.PROTECT, primary_key=True, verbose_name="存证")
    salt = models.BinaryField("盐", max_length=16, null=True)
    payload = models.TextField("内容", null=True)
    # Without the index that a foreign key has: most rows have no key, and the partial one below leaves them out.
    key = models.ForeignKey(
        PersonKey, models.PROTECT, null=True, verbose_name="个人密钥", related_name="+", db_index=False
    )
    erased_on = models.DateField("删除日期", null=True)
    erased_by = models.CharField("删除人", max_length=200, default="")

    class Meta:
        verbose_name = "存证内容"
        verbose_name_plural = "存证内容"
        indexes = (
            models.Index(fields=["key"], condition=models.Q(key__isnull=False), name="preimage_of_key"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(salt__isnull=False, payload__isnull=False, erased_on__isnull=True)
                | models.Q(salt__isnull=True, payload__isnull=True, erased_on__isnull=False),
                name="preimage_whole_or_erased",
            ),
        )


class ErasedLeaf(AppendOnly):
    """A leaf whose content an order names; the database lets no other content go."""

    leaf = models.OneToOneField(Leaf, models.PROTECT, primary_key=True, verbose_name="存证", related_name="+")
    order = models.ForeignKey(ErasureOrder, models.PROTECT, verbose_name="删除令", related_name="+")

    class Meta:
        verbose_name = "已删除的内容"
        verbose_name_plural = "已删除的内容"
