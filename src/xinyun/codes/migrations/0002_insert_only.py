from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("codes", "0001_initial")]

    operations = [
        insert_only(
            {"codes_oldnumber": EVERY_ROW, "codes_codenotice": EVERY_ROW, "codes_codeanswer": EVERY_ROW}
        )
    ]
