from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("rulemaking", "0001_initial")]

    operations = [insert_only({"rulemaking_draft": EVERY_ROW, "rulemaking_outcome": EVERY_ROW})]
