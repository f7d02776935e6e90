from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("repair", "0001_initial")]

    operations = [insert_only({"repair_case": EVERY_ROW, "repair_step": EVERY_ROW})]
