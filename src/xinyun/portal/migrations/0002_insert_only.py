from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [insert_only({"portal_report": EVERY_ROW})]
