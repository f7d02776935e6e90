from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_client_furnishes'),
    ]

    operations = [
        migrations.AddField(
            model_name='client',
            name='origins',
            field=models.JSONField(default=list),
        ),
    ]
