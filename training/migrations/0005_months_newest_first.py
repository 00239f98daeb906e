from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('attachments', '0001_initial'),
        ('training', '0004_ended_in_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='monthsheet',
            index=models.Index(fields=['-month', '-id'], name='monthsheet_newest'),
        ),
    ]
