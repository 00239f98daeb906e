"""Credentials: kinds, rounds, quotas, the credentials and their log; their functions, triggers and guard."""

from pathlib import Path

import bureau.common.clock
import django.core.validators
import django.db.models.deletion
import enterprises.credentials.models
from django.conf import settings
from django.db import migrations, models

from bureau.workflow.migrations import GuardStates

SQL = Path(__file__).parents[1] / "sql" / "credentials.sql"
UNDO = """
DROP TRIGGER enterprises_credential_heir ON enterprises_credential;
DROP TRIGGER enterprises_credential_round_kept ON enterprises_credentialround;
DROP TRIGGER enterprises_credential_selection ON enterprises_credential;
DROP FUNCTION enterprises_credential_heir();
DROP FUNCTION enterprises_credential_round_kept();
DROP FUNCTION enterprises_credential_selection();
DROP SEQUENCE enterprises_credential_number;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_three_administrators'),
        ('attachments', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('regions', '0002_seed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CredentialKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=30, unique=True, validators=[django.core.validators.RegexValidator('^[a-z][a-z_]*$')], verbose_name='key')),
                ('name_zh', models.CharField(max_length=60, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=80, verbose_name='name (English)')),
                ('number_prefix', models.CharField(max_length=6, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z]{2,6}$')], verbose_name='prefix of its numbers')),
                ('years', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='years of validity')),
                ('authority_zh', models.CharField(max_length=80, verbose_name='issuing authority (Chinese)')),
                ('authority_en', models.CharField(max_length=120, verbose_name='issuing authority (English)')),
                ('basis_zh', models.CharField(max_length=200, verbose_name='basis (Chinese)')),
                ('basis_en', models.CharField(max_length=300, verbose_name='basis (English)')),
                ('has_plaque', models.BooleanField(default=True, verbose_name='comes with a plaque')),
                ('is_complete', models.BooleanField(default=True, help_text='Every holder stands here: who does not, holds none. Otherwise rules treat others as unknown.', verbose_name='this register is complete')),
                ('text_zh', models.TextField(blank=True, max_length=1000, verbose_name='text of the public page (Chinese)')),
                ('text_en', models.TextField(blank=True, max_length=2000, verbose_name='text of the public page (English)')),
                ('is_active', models.BooleanField(default=True, verbose_name='still given')),
            ],
            options={
                'verbose_name': 'kind of credential',
                'verbose_name_plural': 'kinds of credentials',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z][a-z_]*$')), name='credential_kind_key'), models.CheckConstraint(condition=models.Q(('number_prefix__regex', '^[A-Z]{2,6}$')), name='credential_kind_prefix'), models.CheckConstraint(condition=models.Q(('years__gte', 1), ('years__lte', 30)), name='credential_kind_years'), models.CheckConstraint(condition=models.Q(models.Q(('name_zh', ''), _negated=True), models.Q(('name_en', ''), _negated=True)), name='credential_kind_named')],
            },
        ),
        migrations.CreateModel(
            name='CredentialRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=100, unique=True, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=160, verbose_name='name (English)')),
                ('opens_on', models.DateField(verbose_name='nominations from')),
                ('closes_on', models.DateField(verbose_name='nominations until')),
                ('met_on', models.DateField(blank=True, null=True, verbose_name='review meeting on')),
                ('conference_on', models.DateField(blank=True, null=True, verbose_name='conference on')),
                ('minutes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='minutes of the meeting')),
            ],
            options={
                'verbose_name': 'round of credentials',
                'verbose_name_plural': 'rounds of credentials',
                'ordering': ['-opens_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='CredentialQuota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quota', models.PositiveSmallIntegerField(verbose_name='at most')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.credentialkind', verbose_name='kind')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotas', to='enterprises.credentialround', verbose_name='round of credentials')),
            ],
            options={
                'verbose_name': 'quota of a round',
                'verbose_name_plural': 'quotas of rounds',
                'ordering': ['kind'],
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('on_behalf', 'Entered for the owner'), ('back_entered', 'Entered afterwards'), ('imported', 'Imported')], default='online', max_length=12, verbose_name='channel')),
                ('effective_date', models.DateField(default=bureau.common.clock.today, verbose_name='effective date')),
                ('recorded_at', models.DateTimeField(default=bureau.common.clock.now, editable=False, verbose_name='recorded at')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='credential number')),
                ('code', models.CharField(db_collation='C', default=enterprises.credentials.models.new_code, editable=False, max_length=20, unique=True, verbose_name='verification code')),
                ('holder', models.CharField(help_text='As the shop was called when it was nominated.', max_length=120, verbose_name='name of the holder')),
                ('state', models.CharField(choices=[('proposed', 'Back-entered, to be confirmed'), ('discarded', 'Back-entry discarded'), ('nominated', 'Nominated'), ('withdrawn', 'Nomination withdrawn'), ('not_selected', 'Not selected'), ('selected', 'Selected, to be named'), ('named', 'Named'), ('plaque', 'Plaque given'), ('revoked', 'Revoked')], default='nominated', editable=False, max_length=12, verbose_name='state')),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='reason for the nomination')),
                ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='score')),
                ('opinion', models.TextField(blank=True, max_length=1000, verbose_name='opinion of the review')),
                ('selected_on', models.DateField(blank=True, null=True, verbose_name='selected on')),
                ('selected_at', models.DateTimeField(blank=True, null=True, verbose_name='selection recorded at')),
                ('document', models.CharField(blank=True, max_length=60, verbose_name='number of the naming document')),
                ('named_on', models.DateField(blank=True, null=True, verbose_name='named on')),
                ('named_at', models.DateTimeField(blank=True, null=True, verbose_name='naming recorded at')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('plaque_number', models.CharField(blank=True, max_length=40, null=True, verbose_name='number on the plaque')),
                ('plaque_on', models.DateField(blank=True, null=True, verbose_name='plaque given on')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended on')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='end recorded at')),
                ('end_reason', models.TextField(blank=True, max_length=500, verbose_name='reason of the end')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='back-entry confirmed at')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='back-entry confirmed by')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='enterprises.enterprise', verbose_name='enterprise')),
                ('named_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='named by')),
                ('operating_region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='place of operation')),
                ('predecessor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='enterprises.credential', verbose_name='renews')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='region')),
                ('selected_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='selection recorded by')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='source file')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='office in charge')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.credentialkind', verbose_name='kind')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='enterprises.credentialround', verbose_name='round of credentials')),
            ],
            options={
                'verbose_name': 'credential',
                'verbose_name_plural': 'Credentials',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CredentialLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='step')),
                ('before', models.CharField(blank=True, max_length=20, verbose_name='from state')),
                ('after', models.CharField(max_length=20, verbose_name='to state')),
                ('version', models.PositiveIntegerField(verbose_name='version after the step')),
                ('at', models.DateTimeField(verbose_name='recorded at')),
                ('effective_date', models.DateField(verbose_name='effective date')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('data', models.JSONField(blank=True, default=dict, verbose_name='data')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='enterprises.credential')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'move of a credential',
                'verbose_name_plural': 'moves of credentials',
                'ordering': ['version'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('subject', 'version'), name='enterprises_credentiallog_once'), models.CheckConstraint(condition=models.Q(('at__year__gte', 2000), ('at__year__lte', 2100)), name='enterprises_credentiallog_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'), models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='enterprises_credentiallog_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.')],
            },
        ),
        migrations.AddConstraint(
            model_name='credentialround',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='credential_round_opens_on_closes_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credentialround',
            constraint=models.CheckConstraint(condition=models.Q(('met_on__gte', models.F('opens_on'))), name='credential_round_opens_on_met_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credentialround',
            constraint=models.CheckConstraint(condition=models.Q(('conference_on__gte', models.F('met_on'))), name='credential_round_met_on_conference_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credentialround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('met_on__isnull', True), ('minutes__isnull', True)), models.Q(('met_on__isnull', False), ('minutes__isnull', False)), _connector='OR'), name='credential_round_met_on_together'),
        ),
        migrations.AddConstraint(
            model_name='credentialround',
            constraint=models.CheckConstraint(condition=models.Q(('opens_on__year__gte', 2000), ('opens_on__year__lte', 2100)), name='credential_round_opens_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credentialround',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__year__gte', 2000), ('closes_on__year__lte', 2100)), name='credential_round_closes_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credentialround',
            constraint=models.CheckConstraint(condition=models.Q(('met_on__year__gte', 2000), ('met_on__year__lte', 2100)), name='credential_round_met_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credentialround',
            constraint=models.CheckConstraint(condition=models.Q(('conference_on__year__gte', 2000), ('conference_on__year__lte', 2100)), name='credential_round_conference_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credentialquota',
            constraint=models.UniqueConstraint(fields=('round', 'kind'), name='credential_quota_once'),
        ),
        migrations.AddConstraint(
            model_name='credentialquota',
            constraint=models.CheckConstraint(condition=models.Q(('quota__gt', 0)), name='credential_quota_quota_positive'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['enterprise', 'kind'], name='credential_of_shop'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['kind', 'valid_until'], name='credential_validity'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['state', '-id'], name='credential_state'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['back_entered', 'imported']), _negated=True), ('source__isnull', False), _connector='OR'), name='enterprises_credential_source'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='enterprises_credential_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_at__year__gte', 2000), ('recorded_at__year__lte', 2100)), name='enterprises_credential_recorded_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('round', 'kind', 'enterprise'), name='credential_once_per_round', violation_error_message='This shop has been nominated for this in this round already.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['discarded', 'withdrawn', 'not_selected']), _negated=True), fields=('predecessor',), name='credential_renewed_once'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'discarded'), _negated=True), fields=('kind', 'plaque_number'), name='credential_plaque_once', violation_error_message='There is a plaque with this number already.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('number__regex', '^[A-Z]{2,6}[0-9]{8,12}$')), name='credential_number_form'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[abcdefghjkmnpqrstuvwxyz23456789]{20}$')), name='credential_code_form'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('holder', ''), _negated=True), name='credential_held_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('predecessor', models.F('id')), _negated=True), name='credential_not_its_own_heir'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('score__isnull', True), models.Q(('score__gte', 0), ('score__lte', 100)), _connector='OR'), name='credential_score_range'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['discarded', 'named', 'nominated', 'not_selected', 'plaque', 'proposed', 'revoked', 'selected', 'withdrawn'])), name='credential_state_known'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ('back_entered', 'imported')), ('round__isnull', False), _connector='OR'), name='credential_of_a_round'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ('back_entered', 'imported')), models.Q(('state__in', ['nominated', 'withdrawn', 'not_selected', 'selected']), _negated=True)), models.Q(models.Q(('channel__in', ('back_entered', 'imported')), _negated=True), models.Q(('state__in', ['proposed', 'discarded']), _negated=True)), _connector='OR'), name='credential_way_of_its_channel'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ('back_entered', 'imported')), ('state__in', ('named', 'plaque', 'revoked')), ('confirmed_by__isnull', False)), models.Q(models.Q(('channel__in', ('back_entered', 'imported')), ('state__in', ('named', 'plaque', 'revoked')), _negated=True), ('confirmed_by__isnull', True)), _connector='OR'), name='credential_confirmed_afterwards'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('entered_by')), _negated=True), _connector='OR'), name='credential_confirmed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='credential_confirmed_by_together'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('selected_at__isnull', True), ('selected_by__isnull', True), ('selected_on__isnull', True)), models.Q(('selected_at__isnull', False), ('selected_by__isnull', False), ('selected_on__isnull', False)), _connector='OR'), name='credential_selected_by_together'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['named', 'not_selected', 'plaque', 'revoked', 'selected']), ('selected_on__isnull', True), _connector='OR'), name='credential_selected_on_only'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['selected', 'named', 'plaque', 'revoked']), _negated=True), ('channel__in', ('back_entered', 'imported')), ('selected_on__isnull', False), _connector='OR'), name='credential_selected_before_named'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('selected_by__isnull', True), models.Q(('selected_by', models.F('entered_by')), _negated=True), _connector='OR'), name='credential_selected_by_another'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['discarded', 'named', 'plaque', 'proposed', 'revoked']), ('named_on__isnull', False)), models.Q(models.Q(('state__in', ['discarded', 'named', 'plaque', 'proposed', 'revoked']), _negated=True), models.Q(('named_on__isnull', False), _negated=True)), _connector='OR'), name='credential_named_on_iff_state'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('named_on__isnull', True), ('valid_from__isnull', True), ('valid_until__isnull', True)), models.Q(('named_on__isnull', False), ('valid_from__isnull', False), ('valid_until__isnull', False)), _connector='OR'), name='credential_named_on_together'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('named_at__isnull', True), ('named_by__isnull', True)), models.Q(('named_at__isnull', False), ('named_by__isnull', False)), _connector='OR'), name='credential_named_by_together'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('named', 'plaque', 'revoked')), models.Q(('channel__in', ('back_entered', 'imported')), _negated=True), ('named_by__isnull', False)), models.Q(models.Q(models.Q(('state__in', ('named', 'plaque', 'revoked')), _negated=True), ('channel__in', ('back_entered', 'imported')), _connector='OR'), ('named_by__isnull', True)), _connector='OR'), name='credential_named_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('named_by__isnull', True), models.Q(('named_by', models.F('selected_by')), _negated=True), _connector='OR'), name='credential_named_by_another'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('named_on__isnull', True), ('document', '')), models.Q(('named_on__isnull', False), models.Q(('document', ''), _negated=True)), _connector='OR'), name='credential_named_by_document'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('plaque_number__isnull', True), ('plaque_on__isnull', True)), models.Q(('plaque_number__isnull', False), ('plaque_on__isnull', False)), _connector='OR'), name='credential_plaque_on_together'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['plaque']), _negated=True), ('plaque_on__isnull', False), _connector='OR'), name='credential_plaque_on_needed'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['discarded', 'plaque', 'proposed', 'revoked']), ('plaque_on__isnull', True), _connector='OR'), name='credential_plaque_on_only'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('plaque_number', ''), _negated=True), name='credential_plaque_numbered'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['discarded', 'not_selected', 'revoked', 'withdrawn']), ('ended_on__isnull', False)), models.Q(models.Q(('state__in', ['discarded', 'not_selected', 'revoked', 'withdrawn']), _negated=True), models.Q(('ended_on__isnull', False), _negated=True)), _connector='OR'), name='credential_ended_on_iff_state'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('ended_on__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ended_on__isnull', False)), _connector='OR'), name='credential_ended_on_together'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', True), ('end_reason', '')), models.Q(('ended_on__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='credential_end_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('named_on__gte', models.F('selected_on'))), name='credential_selected_on_named_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('plaque_on__gte', models.F('named_on'))), name='credential_named_on_plaque_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('valid_from'))), name='credential_valid_from_valid_until_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('selected_on__gte', models.F('effective_date'))), name='credential_effective_date_selected_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__gte', models.F('named_on'))), name='credential_named_on_ended_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__gte', models.F('effective_date'))), name='credential_effective_date_ended_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('selected_on__year__gte', 2000), ('selected_on__year__lte', 2100)), name='credential_selected_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('selected_at__year__gte', 2000), ('selected_at__year__lte', 2100)), name='credential_selected_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('named_on__year__gte', 2000), ('named_on__year__lte', 2100)), name='credential_named_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('named_at__year__gte', 2000), ('named_at__year__lte', 2100)), name='credential_named_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__year__gte', 2000), ('valid_from__year__lte', 2100)), name='credential_valid_from_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__year__gte', 2000), ('valid_until__year__lte', 2100)), name='credential_valid_until_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('plaque_on__year__gte', 2000), ('plaque_on__year__lte', 2100)), name='credential_plaque_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__year__gte', 2000), ('ended_on__year__lte', 2100)), name='credential_ended_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__year__gte', 2000), ('ended_at__year__lte', 2100)), name='credential_ended_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at__year__gte', 2000), ('confirmed_at__year__lte', 2100)), name='credential_confirmed_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), UNDO),
        GuardStates(
            "credential",
            log="credentiallog",
            births=["nominated", "proposed"],
            edges={
                "named": ["plaque", "revoked"],
                "nominated": ["not_selected", "selected", "withdrawn"],
                "plaque": ["revoked"],
                "proposed": ["discarded", "named", "plaque"],
                "selected": ["named", "not_selected"],
            },
        ),
    ]
