from django.db import migrations

from xinyun.plumbing.guards import ALWAYS, insert_only


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0001_initial")]

    operations = [insert_only({"feed_change": ALWAYS.format(key="seq")})]
