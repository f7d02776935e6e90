from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("listing", "0001_initial")]

    operations = [insert_only({"listing_case": EVERY_ROW, "listing_step": EVERY_ROW})]
