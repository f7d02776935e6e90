from django.db import migrations

from xinyun.plumbing.guards import ALWAYS, insert_only


class Migration(migrations.Migration):
    dependencies = [("collection", "0001_initial")]

    operations = [insert_only({"collection_batch": ALWAYS.format(key="id")})]
