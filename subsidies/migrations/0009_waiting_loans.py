from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_machine'),
        ('attachments', '0001_initial'),
        ('enterprises', '0004_lists_of_credentials'),
        ('regions', '0002_seed'),
        ('subsidies', '0008_records_in_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='loanrequest',
            index=models.Index(condition=models.Q(('state', 'requested')), fields=['effective_date', 'id'], name='loanrequest_waiting'),
        ),
    ]
