from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("collection", "0001_initial")]

    operations = [insert_only({"collection_batch": EVERY_ROW})]
