from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0001_initial")]

    operations = [insert_only({"feed_change": EVERY_ROW})]
