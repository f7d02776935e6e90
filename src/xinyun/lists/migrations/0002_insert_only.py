from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("lists", "0001_initial")]

    operations = [insert_only({"lists_entry": EVERY_ROW, "lists_removal": EVERY_ROW})]
