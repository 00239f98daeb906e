"""Agreements with host shops, placements, months; what lies in two tables is kept by triggers."""

import bureau.common.clock
import bureau.common.crypto
import bureau.common.money
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import uuid
from pathlib import Path
from django.conf import settings
from django.db import migrations, models

from bureau.workflow.migrations import GuardStates

SQL = Path(__file__).parents[1] / "placements" / "sql" / "placements.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_three_administrators'),
        ('attachments', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('regions', '0002_seed'),
        ('training', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('on_behalf', 'Entered for the owner'), ('back_entered', 'Entered afterwards'), ('imported', 'Imported')], default='online', max_length=12, verbose_name='channel')),
                ('effective_date', models.DateField(default=bureau.common.clock.today, verbose_name='effective date')),
                ('recorded_at', models.DateTimeField(default=bureau.common.clock.now, editable=False, verbose_name='recorded at')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Concat(models.Value('SX'), django.db.models.functions.text.LPad(django.db.models.functions.comparison.Cast('id', models.TextField()), 6, models.Value('0'))), output_field=models.CharField(max_length=12), verbose_name='number of the agreement')),
                ('trainer', models.CharField(max_length=60, verbose_name='trainer')),
                ('monthly_wage', bureau.common.money.MoneyField(verbose_name='monthly wage (yuan)')),
                ('starts_on', models.DateField(verbose_name='from day')),
                ('ends_on', models.DateField(verbose_name='until day')),
                ('state', models.CharField(choices=[('draft', 'Being drawn up'), ('signed', 'Signed'), ('running', 'Running'), ('finished', 'Finished'), ('ended', 'Ended early')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('signed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='signed on')),
                ('stopped_on', models.DateField(blank=True, editable=False, null=True, verbose_name='ended on')),
                ('stop_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='why it ended early')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='enterprises.enterprise', verbose_name='host shop')),
                ('operating_region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='place of operation')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='home county')),
                ('scan', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='scan of the signed agreement')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='source file')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='office in charge')),
            ],
            options={
                'verbose_name': 'agreement with a host shop',
                'verbose_name_plural': 'agreements with host shops',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='AgreementLog',
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
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='training.agreement')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'move of an agreement',
                'verbose_name_plural': 'moves of agreements',
                'ordering': ['version'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MonthSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('on_behalf', 'Entered for the owner'), ('back_entered', 'Entered afterwards'), ('imported', 'Imported')], default='online', max_length=12, verbose_name='channel')),
                ('effective_date', models.DateField(default=bureau.common.clock.today, verbose_name='effective date')),
                ('recorded_at', models.DateTimeField(default=bureau.common.clock.now, editable=False, verbose_name='recorded at')),
                ('month', models.DateField(help_text='Its first day.', verbose_name='month')),
                ('state', models.CharField(choices=[('reported', 'Waiting for the county office'), ('returned', 'To be corrected by the shop'), ('confirmed', 'Confirmed')], default='reported', editable=False, max_length=10, verbose_name='state')),
                ('confirmed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='confirmed at')),
                ('return_note', models.CharField(blank=True, editable=False, max_length=300, verbose_name='what is to be corrected')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='training.agreement', verbose_name='agreement')),
                ('confirmed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='source file')),
            ],
            options={
                'verbose_name': 'month of an agreement',
                'verbose_name_plural': 'months of agreements',
                'ordering': ['-month', '-id'],
            },
        ),
        migrations.CreateModel(
            name='MonthSheetLog',
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
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='training.monthsheet')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'move of a month',
                'verbose_name_plural': 'moves of months',
                'ordering': ['version'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('on_behalf', 'Entered for the owner'), ('back_entered', 'Entered afterwards'), ('imported', 'Imported')], default='online', max_length=12, verbose_name='channel')),
                ('effective_date', models.DateField(default=bureau.common.clock.today, verbose_name='effective date')),
                ('recorded_at', models.DateTimeField(default=bureau.common.clock.now, editable=False, verbose_name='recorded at')),
                ('starts_on', models.DateField(verbose_name='from day')),
                ('ends_on', models.DateField(verbose_name='until day')),
                ('left_reason', models.CharField(blank=True, max_length=200, verbose_name='why he left')),
                ('cancelled_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='cancelled at')),
                ('account_kind', models.CharField(blank=True, choices=[('personal', 'Personal bank card'), ('card', 'Social security card')], max_length=10, verbose_name='kind of account')),
                ('account', bureau.common.crypto.EncryptedTextField(blank=True, editable=False, mask='account', null=True, verbose_name='account')),
                ('account_index', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('bank', models.CharField(blank=True, max_length=120, verbose_name='bank and branch')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='training.agreement', verbose_name='agreement')),
                ('cancelled_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='enterprises.person', verbose_name='trainee')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='source file')),
            ],
            options={
                'verbose_name': 'placement',
                'verbose_name_plural': 'placements',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='MonthRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.PositiveSmallIntegerField(verbose_name='days worked')),
                ('wage', bureau.common.money.MoneyField(verbose_name='wage paid (yuan)')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='training.monthsheet')),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='months', to='training.placement')),
            ],
            options={
                'verbose_name': 'trainee in a month',
                'verbose_name_plural': 'trainees in months',
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['unit', 'state'], name='agreement_unit_state'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['back_entered', 'imported']), _negated=True), ('source__isnull', False), _connector='OR'), name='training_agreement_source'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='training_agreement_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_at__year__gte', 2000), ('recorded_at__year__lte', 2100)), name='training_agreement_recorded_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('trainer', ''), _negated=True), name='agreement_has_trainer'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ended'), models.Q(('stop_reason', ''), _negated=True)), models.Q(models.Q(('state', 'ended'), _negated=True), ('stop_reason', '')), _connector='OR'), name='agreement_ended_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('stopped_on__isnull', True), models.Q(('stopped_on__gte', models.F('starts_on')), ('stopped_on__lte', models.F('ends_on'))), _connector='OR'), name='agreement_stopped_within_term'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['ended', 'finished', 'running', 'signed']), ('signed_on__isnull', False)), models.Q(models.Q(('state__in', ['ended', 'finished', 'running', 'signed']), _negated=True), models.Q(('signed_on__isnull', False), _negated=True)), _connector='OR'), name='agreement_signed_on_iff_state'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['ended']), ('stopped_on__isnull', False)), models.Q(models.Q(('state__in', ['ended']), _negated=True), models.Q(('stopped_on__isnull', False), _negated=True)), _connector='OR'), name='agreement_stopped_on_iff_state'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scan__isnull', True), ('signed_on__isnull', True)), models.Q(('scan__isnull', False), ('signed_on__isnull', False)), _connector='OR'), name='agreement_signed_on_together'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'ended', 'finished', 'running', 'signed'])), name='agreement_state_known'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='agreement_starts_on_ends_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('monthly_wage__gt', 0)), name='agreement_monthly_wage_positive'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__year__gte', 2000), ('starts_on__year__lte', 2100)), name='agreement_starts_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__year__gte', 2000), ('ends_on__year__lte', 2100)), name='agreement_ends_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('signed_on__year__gte', 2000), ('signed_on__year__lte', 2100)), name='agreement_signed_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('stopped_on__year__gte', 2000), ('stopped_on__year__lte', 2100)), name='agreement_stopped_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='agreementlog',
            constraint=models.UniqueConstraint(fields=('subject', 'version'), name='training_agreementlog_once'),
        ),
        migrations.AddConstraint(
            model_name='agreementlog',
            constraint=models.CheckConstraint(condition=models.Q(('at__year__gte', 2000), ('at__year__lte', 2100)), name='training_agreementlog_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='agreementlog',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='training_agreementlog_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['back_entered', 'imported']), _negated=True), ('source__isnull', False), _connector='OR'), name='training_monthsheet_source'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='training_monthsheet_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_at__year__gte', 2000), ('recorded_at__year__lte', 2100)), name='training_monthsheet_recorded_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.UniqueConstraint(fields=('agreement', 'month'), name='monthsheet_once'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='monthsheet_first_day'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('entered_by')), _negated=True), _connector='OR'), name='monthsheet_two_people'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('return_note', ''), _negated=True), _connector='OR'), name='monthsheet_returned_with_note'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['confirmed']), ('confirmed_at__isnull', False)), models.Q(models.Q(('state__in', ['confirmed']), _negated=True), models.Q(('confirmed_at__isnull', False), _negated=True)), _connector='OR'), name='monthsheet_confirmed_at_iff_state'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='monthsheet_confirmed_at_together'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['confirmed', 'reported', 'returned'])), name='monthsheet_state_known'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(('month__year__gte', 2000), ('month__year__lte', 2100)), name='monthsheet_month_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='monthsheet',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at__year__gte', 2000), ('confirmed_at__year__lte', 2100)), name='monthsheet_confirmed_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='monthsheetlog',
            constraint=models.UniqueConstraint(fields=('subject', 'version'), name='training_monthsheetlog_once'),
        ),
        migrations.AddConstraint(
            model_name='monthsheetlog',
            constraint=models.CheckConstraint(condition=models.Q(('at__year__gte', 2000), ('at__year__lte', 2100)), name='training_monthsheetlog_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='monthsheetlog',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='training_monthsheetlog_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['back_entered', 'imported']), _negated=True), ('source__isnull', False), _connector='OR'), name='training_placement_source'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='training_placement_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_at__year__gte', 2000), ('recorded_at__year__lte', 2100)), name='training_placement_recorded_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('cancelled_at', None)), expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='placement_no_overlap', violation_error_message='This person is placed in a shop on some of these days already.'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('account_index', ''), ('account_kind', ''), ('bank', '')), models.Q(('account__isnull', False), models.Q(('account_index', ''), _negated=True), models.Q(('bank', ''), _negated=True), models.Q(('account_kind', ''), _negated=True)), _connector='OR'), name='placement_account_whole'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', True), ('cancelled_by__isnull', True)), models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False)), _connector='OR'), name='placement_cancelled_at_together'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('account_kind__in', ['', 'card', 'personal'])), name='placement_account_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='placement_starts_on_ends_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__year__gte', 2000), ('starts_on__year__lte', 2100)), name='placement_starts_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__year__gte', 2000), ('ends_on__year__lte', 2100)), name='placement_ends_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at__year__gte', 2000), ('cancelled_at__year__lte', 2100)), name='placement_cancelled_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='monthrow',
            constraint=models.UniqueConstraint(fields=('sheet', 'placement'), name='monthrow_once'),
        ),
        migrations.AddConstraint(
            model_name='monthrow',
            constraint=models.CheckConstraint(condition=models.Q(('days__lte', 31)), name='monthrow_days'),
        ),
        migrations.AddConstraint(
            model_name='monthrow',
            constraint=models.CheckConstraint(condition=models.Q(('wage__gte', 0)), name='monthrow_wage_nonneg'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
        GuardStates(
            "agreement",
            log="agreementlog",
            births=["draft"],
            edges={"draft": ["signed"], "running": ["ended", "finished"], "signed": ["ended", "running"]},
        ),
        GuardStates(
            "monthsheet",
            log="monthsheetlog",
            births=["reported"],
            edges={"reported": ["confirmed", "reported", "returned"], "returned": ["reported"]},
        ),
    ]
