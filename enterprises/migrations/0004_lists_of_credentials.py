from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_machine'),
        ('attachments', '0001_initial'),
        ('enterprises', '0003_quotas_kept'),
        ('regions', '0002_seed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('state__in', ('named', 'plaque', 'revoked'))), fields=['-named_on', 'id'], name='credential_named_last'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('state__in', ('named', 'plaque'))), fields=['valid_until', 'id'], name='credential_ending'),
        ),
    ]
