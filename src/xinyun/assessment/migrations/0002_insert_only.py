from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]

    operations = [insert_only({"assessment_notice": EVERY_ROW})]
