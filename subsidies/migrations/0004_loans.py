"""Loans: products, requests, lists to banks, drawdowns, rosters of earlier loans. And back-entries stand on the
common base of two people: other names in code, the same table."""

import uuid
from decimal import Decimal
from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import bureau.common.clock
import bureau.common.crypto
import bureau.common.money
import subsidies.loans.models.product
from bureau.workflow.migrations import GuardStates

LOANS = Path(__file__).parents[1] / "loans" / "sql" / "loans.sql"

SANE = "Dates must lie between 2000 and 2100."

RENAMED_IN_CODE = [
    migrations.RemoveConstraint("backentry", "backentry_two_people"),
    migrations.RemoveConstraint("backentry", "backentry_imported_at_sane"),
    migrations.RenameField("backentry", "imported_by", "proposed_by"),
    migrations.RenameField("backentry", "imported_at", "proposed_at"),
    migrations.AlterField(
        "backentry", "proposed_by",
        models.ForeignKey(
            db_column="imported_by_id", on_delete=django.db.models.deletion.PROTECT, related_name="+",
            to=settings.AUTH_USER_MODEL, verbose_name="imported by",
        ),
    ),
    migrations.AlterField(
        "backentry", "proposed_at",
        models.DateTimeField(db_column="imported_at", default=bureau.common.clock.now, verbose_name="imported at"),
    ),
    migrations.AddConstraint("backentry", models.CheckConstraint(
        condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="backentry_two_people",
    )),
    migrations.AddConstraint("backentry", models.CheckConstraint(
        condition=Q(proposed_at__year__gte=2000, proposed_at__year__lte=2100), name="backentry_proposed_at_sane",
        violation_error_message=SANE,
    )),
]


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0003_placements"),
        ("enterprises", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(
                "alter table subsidies_backentry rename constraint backentry_imported_at_sane to backentry_proposed_at_sane",
                "alter table subsidies_backentry rename constraint backentry_proposed_at_sane to backentry_imported_at_sane",
            )],
            state_operations=RENAMED_IN_CODE,
        ),

        migrations.CreateModel(
            name='LoanProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Part of its address, for example lamiandai.', max_length=40, unique=True, verbose_name='key')),
                ('bank_zh', models.CharField(max_length=120, verbose_name='bank (Chinese)')),
                ('bank_en', models.CharField(max_length=120, verbose_name='bank (English)')),
                ('name_zh', models.CharField(max_length=120, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=120, verbose_name='name (English)')),
                ('rate_low', models.DecimalField(decimal_places=3, max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='yearly rate from (%)')),
                ('rate_high', models.DecimalField(decimal_places=3, max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='yearly rate to (%)')),
                ('highest', bureau.common.money.MoneyField(verbose_name='highest amount (yuan)')),
                ('months', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(360)], verbose_name='longest term (months)')),
                ('conditions_zh', models.TextField(max_length=2000, verbose_name='conditions (Chinese)')),
                ('conditions_en', models.TextField(max_length=2000, verbose_name='conditions (English)')),
                ('rules', models.JSONField(blank=True, help_text='A tree over facts, as in award schemes; empty: everybody may ask.', null=True, validators=[subsidies.loans.models.product.sound_rules], verbose_name='conditions that the portal checks')),
                ('opens_on', models.DateField(blank=True, null=True, verbose_name='opens on')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='closes on')),
                ('contact', models.CharField(blank=True, max_length=60, verbose_name='contact at the bank')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='phone of the bank')),
                ('published', models.BooleanField(default=False, verbose_name='published')),
            ],
            options={
                'verbose_name': 'loan product',
                'verbose_name_plural': 'loan products',
                'ordering': ['name_zh', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('rate_high__gte', models.F('rate_low')), ('rate_high__lte', 100), ('rate_low__gte', 0)), name='loanproduct_rates', violation_error_message='The rates must rise and lie between 0 and 100.'), models.CheckConstraint(condition=models.Q(('months__gte', 1), ('months__lte', 360)), name='loanproduct_months'), models.CheckConstraint(condition=models.Q(('highest__gt', 0)), name='loanproduct_highest_positive'), models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='loanproduct_opens_on_closes_on_ordered'), models.CheckConstraint(condition=models.Q(('opens_on__year__gte', 2000), ('opens_on__year__lte', 2100)), name='loanproduct_opens_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'), models.CheckConstraint(condition=models.Q(('closes_on__year__gte', 2000), ('closes_on__year__lte', 2100)), name='loanproduct_closes_on_sane', violation_error_message='Dates must lie between 2000 and 2100.')],
            },
        ),
        migrations.CreateModel(
            name='LoanBackEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('proposed', 'Waiting for confirmation'), ('confirmed', 'Confirmed'), ('discarded', 'Discarded')], default='proposed', max_length=10, verbose_name='state')),
                ('proposed_at', models.DateTimeField(default=bureau.common.clock.now, verbose_name='proposed at')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed at')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='source file')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.loanproduct', verbose_name='loan product')),
            ],
            options={
                'verbose_name': 'roster of earlier loans',
                'verbose_name_plural': 'rosters of earlier loans',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='LoanRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('on_behalf', 'Entered for the owner'), ('back_entered', 'Entered afterwards'), ('imported', 'Imported')], default='online', max_length=12, verbose_name='channel')),
                ('effective_date', models.DateField(default=bureau.common.clock.today, verbose_name='effective date')),
                ('recorded_at', models.DateTimeField(default=bureau.common.clock.now, editable=False, verbose_name='recorded at')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='number')),
                ('contact_phone', models.CharField(blank=True, max_length=20, verbose_name='phone of the owner')),
                ('state', models.CharField(choices=[('requested', 'Waiting for a list'), ('listed', 'With the bank'), ('accepted', 'Approved by the bank'), ('declined', 'Declined by the bank'), ('drawn', 'Drawn'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn')], default='requested', editable=False, max_length=10, verbose_name='state')),
                ('amount_wished', bureau.common.money.MoneyField(verbose_name='amount wished')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='what the loan is for')),
                ('consent_text', models.TextField(blank=True, verbose_name='consent as it was given')),
                ('consent_at', models.DateTimeField(blank=True, null=True, verbose_name='consent given at')),
                ('amount_approved', bureau.common.money.MoneyField(blank=True, null=True, verbose_name='amount approved')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided on')),
                ('decline_reason', models.CharField(blank=True, max_length=200, verbose_name='reason of the bank')),
                ('drawn', bureau.common.money.MoneyField(default=Decimal('0'), editable=False, verbose_name='drawn')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('applicant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='applicant')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loan_requests', to='enterprises.enterprise', verbose_name='enterprise')),
                ('entry_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='entered at')),
                ('operating_region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='place of operation')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='subsidies.loanproduct', verbose_name='loan product')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='region')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='source file')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='office in charge')),
            ],
            options={
                'verbose_name': 'loan request',
                'verbose_name_plural': 'loan requests',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='LoanBackRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='row in the file')),
                ('amount', bureau.common.money.MoneyField(verbose_name='amount')),
                ('paid_on', models.DateField(verbose_name='paid out on')),
                ('serial', models.CharField(blank=True, max_length=60, verbose_name='serial of the bank')),
                ('back_entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='subsidies.loanbackentry')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('request', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='back_row', to='subsidies.loanrequest', verbose_name='loan request')),
            ],
            options={
                'verbose_name': 'row of a roster of loans',
                'verbose_name_plural': 'rows of a roster of loans',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Drawdown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('on_behalf', 'Entered for the owner'), ('back_entered', 'Entered afterwards'), ('imported', 'Imported')], default='online', max_length=12, verbose_name='channel')),
                ('effective_date', models.DateField(default=bureau.common.clock.today, verbose_name='effective date')),
                ('recorded_at', models.DateTimeField(default=bureau.common.clock.now, editable=False, verbose_name='recorded at')),
                ('bank', models.CharField(max_length=120, verbose_name='bank')),
                ('serial', models.CharField(max_length=60, verbose_name='serial of the bank')),
                ('amount', bureau.common.money.MoneyField(verbose_name='amount')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loan_drawdowns', to='enterprises.enterprise', verbose_name='enterprise')),
                ('operating_region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='place of operation')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='region')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='source file')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='office in charge')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.loanproduct', verbose_name='loan product')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawdowns', to='subsidies.loanrequest', verbose_name='loan request')),
            ],
            options={
                'verbose_name': 'drawdown',
                'verbose_name_plural': 'drawdowns',
                'ordering': ['-effective_date', '-id'],
            },
        ),
        migrations.CreateModel(
            name='LoanRequestLog',
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
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='subsidies.loanrequest')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'move of a loan request',
                'verbose_name_plural': 'moves of loan requests',
                'ordering': ['version'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReferralList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='number')),
                ('made_at', models.DateTimeField(default=bureau.common.clock.now, verbose_name='made at')),
                ('made_on', models.DateField(default=bureau.common.clock.today, verbose_name='date of the list')),
                ('due_on', models.DateField(verbose_name='answer expected by')),
                ('size', models.PositiveIntegerField(verbose_name='requests on the list')),
                ('digest', models.CharField(max_length=64, verbose_name='SHA-256 of the rows')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment', verbose_name='file')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lists', to='subsidies.loanproduct', verbose_name='loan product')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='office')),
            ],
            options={
                'verbose_name': 'referral list',
                'verbose_name_plural': 'referral lists',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ReferralRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('shop', models.CharField(max_length=120, verbose_name='shop')),
                ('uscc', models.CharField(blank=True, max_length=18, verbose_name='unified social credit code')),
                ('operator', models.CharField(blank=True, max_length=60, verbose_name='operator')),
                ('id_number', bureau.common.crypto.EncryptedTextField(editable=False, mask='id', null=True, verbose_name='identity number')),
                ('phone', bureau.common.crypto.EncryptedTextField(editable=False, mask='phone', null=True, verbose_name='phone')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('amount', bureau.common.money.MoneyField(verbose_name='amount wished')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='what the loan is for')),
                ('listed_on', models.DateField(verbose_name='listed on')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise')),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='subsidies.referrallist')),
                ('operating_region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.loanproduct')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='referral', to='subsidies.loanrequest', verbose_name='loan request')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'row of a referral list',
                'verbose_name_plural': 'rows of a referral list',
                'ordering': ['position'],
            },
        ),
        migrations.AddConstraint(
            model_name='loanbackentry',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='loanbackentry_two_people'),
        ),
        migrations.AddConstraint(
            model_name='loanbackentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by__isnull', False), ('state', 'confirmed')), models.Q(models.Q(('state', 'confirmed'), _negated=True), ('confirmed_by', None)), _connector='OR'), name='loanbackentry_confirmed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='loanbackentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='loanbackentry_confirmed_by_together'),
        ),
        migrations.AddConstraint(
            model_name='loanbackentry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['confirmed', 'discarded', 'proposed'])), name='loanbackentry_state_known'),
        ),
        migrations.AddConstraint(
            model_name='loanbackentry',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_at__year__gte', 2000), ('proposed_at__year__lte', 2100)), name='loanbackentry_proposed_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='loanbackentry',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at__year__gte', 2000), ('confirmed_at__year__lte', 2100)), name='loanbackentry_confirmed_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddIndex(
            model_name='loanrequest',
            index=models.Index(fields=['state', '-id'], name='loanrequest_state'),
        ),
        migrations.AddIndex(
            model_name='loanrequest',
            index=models.Index(fields=['effective_date'], name='loanrequest_effective'),
        ),
        migrations.AddIndex(
            model_name='loanrequest',
            index=models.Index(condition=models.Q(('decided_on__isnull', False)), fields=['decided_on'], name='loanrequest_decided'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['back_entered', 'imported']), _negated=True), ('source__isnull', False), _connector='OR'), name='subsidies_loanrequest_source'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='subsidies_loanrequest_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_at__year__gte', 2000), ('recorded_at__year__lte', 2100)), name='subsidies_loanrequest_recorded_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('requested', 'listed', 'accepted', 'drawn')), models.Q(('channel', 'back_entered'), _negated=True)), fields=('product', 'enterprise'), name='loanrequest_one_open_per_shop', violation_error_message='This shop has an open request for this loan already.'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('drawn__lte', models.F('amount_approved')), models.Q(('amount_approved', None), ('drawn', 0)), _connector='OR'), name='loanrequest_not_overdrawn'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('accepted', 'drawn')), _negated=True), ('amount_approved__isnull', False), _connector='OR'), name='loanrequest_granted_amount'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['requested', 'listed', 'declined', 'withdrawn']), _negated=True), ('amount_approved', None), _connector='OR'), name='loanrequest_amount_only_granted'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['back_entered', 'imported']), models.Q(('consent_at__isnull', False), models.Q(('consent_text', ''), _negated=True)), _connector='OR'), name='loanrequest_has_consent'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consent_at__isnull', True), ('consent_text', '')), models.Q(('consent_at__isnull', False), models.Q(('consent_text', ''), _negated=True)), _connector='OR'), name='loanrequest_consent_as_given'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('decline_reason', ''), _negated=True), _connector='OR'), name='loanrequest_declined_why'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'drawn'), _negated=True), ('drawn__gt', 0), _connector='OR'), name='loanrequest_drawn_something'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['accepted', 'closed', 'declined', 'drawn', 'listed', 'requested', 'withdrawn'])), name='loanrequest_state_known'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'closed', 'declined', 'drawn']), ('decided_on__isnull', False)), models.Q(models.Q(('state__in', ['accepted', 'closed', 'declined', 'drawn']), _negated=True), models.Q(('decided_on__isnull', False), _negated=True)), _connector='OR'), name='loanrequest_decided_on_iff_state'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['closed', 'declined', 'withdrawn']), ('closed_on__isnull', False)), models.Q(models.Q(('state__in', ['closed', 'declined', 'withdrawn']), _negated=True), models.Q(('closed_on__isnull', False), _negated=True)), _connector='OR'), name='loanrequest_closed_on_iff_state'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('amount_wished__gt', 0)), name='loanrequest_amount_wished_positive'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('amount_approved__gt', 0)), name='loanrequest_amount_approved_positive'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('drawn__gte', 0)), name='loanrequest_drawn_nonneg'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_on__gte', models.F('effective_date'))), name='loanrequest_effective_date_decided_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('closed_on__gte', models.F('decided_on'))), name='loanrequest_decided_on_closed_on_ordered'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('consent_at__year__gte', 2000), ('consent_at__year__lte', 2100)), name='loanrequest_consent_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_on__year__gte', 2000), ('decided_on__year__lte', 2100)), name='loanrequest_decided_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(('closed_on__year__gte', 2000), ('closed_on__year__lte', 2100)), name='loanrequest_closed_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='loanbackrow',
            constraint=models.UniqueConstraint(fields=('back_entry', 'number'), name='loanbackrow_once'),
        ),
        migrations.AddConstraint(
            model_name='loanbackrow',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='loanbackrow_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='loanbackrow',
            constraint=models.CheckConstraint(condition=models.Q(('paid_on__year__gte', 2000), ('paid_on__year__lte', 2100)), name='loanbackrow_paid_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddIndex(
            model_name='drawdown',
            index=models.Index(fields=['effective_date'], name='drawdown_effective'),
        ),
        migrations.AddConstraint(
            model_name='drawdown',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['back_entered', 'imported']), _negated=True), ('source__isnull', False), _connector='OR'), name='subsidies_drawdown_source'),
        ),
        migrations.AddConstraint(
            model_name='drawdown',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='subsidies_drawdown_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='drawdown',
            constraint=models.CheckConstraint(condition=models.Q(('recorded_at__year__gte', 2000), ('recorded_at__year__lte', 2100)), name='subsidies_drawdown_recorded_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='drawdown',
            constraint=models.UniqueConstraint(fields=('bank', 'serial'), name='drawdown_serial_once'),
        ),
        migrations.AddConstraint(
            model_name='drawdown',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('serial', ''), _negated=True), models.Q(('bank', ''), _negated=True)), name='drawdown_has_serial'),
        ),
        migrations.AddConstraint(
            model_name='drawdown',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='drawdown_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='loanrequestlog',
            constraint=models.UniqueConstraint(fields=('subject', 'version'), name='subsidies_loanrequestlog_once'),
        ),
        migrations.AddConstraint(
            model_name='loanrequestlog',
            constraint=models.CheckConstraint(condition=models.Q(('at__year__gte', 2000), ('at__year__lte', 2100)), name='subsidies_loanrequestlog_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='loanrequestlog',
            constraint=models.CheckConstraint(condition=models.Q(('effective_date__year__gte', 2000), ('effective_date__year__lte', 2100)), name='subsidies_loanrequestlog_effective_date_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='referrallist',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='referrallist_digest'),
        ),
        migrations.AddConstraint(
            model_name='referrallist',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('made_on'))), name='referrallist_due'),
        ),
        migrations.AddConstraint(
            model_name='referrallist',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='referrallist_size_positive'),
        ),
        migrations.AddConstraint(
            model_name='referrallist',
            constraint=models.CheckConstraint(condition=models.Q(('made_at__year__gte', 2000), ('made_at__year__lte', 2100)), name='referrallist_made_at_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='referrallist',
            constraint=models.CheckConstraint(condition=models.Q(('made_on__year__gte', 2000), ('made_on__year__lte', 2100)), name='referrallist_made_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddConstraint(
            model_name='referrallist',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__year__gte', 2000), ('due_on__year__lte', 2100)), name='referrallist_due_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.AddIndex(
            model_name='referralrow',
            index=models.Index(fields=['listed_on'], name='referralrow_listed'),
        ),
        migrations.AddConstraint(
            model_name='referralrow',
            constraint=models.UniqueConstraint(fields=('listing', 'position'), name='referralrow_once'),
        ),
        migrations.AddConstraint(
            model_name='referralrow',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='referralrow_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='referralrow',
            constraint=models.CheckConstraint(condition=models.Q(('listed_on__year__gte', 2000), ('listed_on__year__lte', 2100)), name='referralrow_listed_on_sane', violation_error_message='Dates must lie between 2000 and 2100.'),
        ),
        migrations.RunSQL(LOANS.read_text(encoding="utf-8")),
        GuardStates(
            "loanrequest",
            log="loanrequestlog",
            births=["requested"],
            edges={
                "accepted": ["closed", "drawn"],
                "drawn": ["closed", "drawn"],
                "listed": ["accepted", "declined", "withdrawn"],
                "requested": ["listed", "withdrawn"],
            },
        ),
    ]
