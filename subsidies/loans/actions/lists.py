"""Waiting requests on a list for their bank: rows frozen, a workbook beside them, each request moved."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.roles import Permission
from bureau.attachments.actions import claim, make_private_file
from bureau.common import clock, workdays
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from bureau.workflow import perform
from subsidies.loans import numbers
from subsidies.loans.enums import State
from subsidies.loans.models import LoanRequest, ReferralList, ReferralRow

PURPOSE = "loan-list"
#: Requests on one list; working days that a bank is given for its answer.
MOST, ANSWER_DAYS = 500, 10
#: The heads of the workbook are what a bank expects, whatever language the officer reads.
HEADS = ("序号", "申请编号", "店铺名称", "统一社会信用代码", "经营者", "身份证号码", "联系电话", "经营地址", "申请金额（元）", "贷款用途",
         "审批结果", "批准金额（元）", "审批日期", "未通过原因")
WIDTHS = (6, 18, 32, 22, 14, 22, 16, 32, 16, 24, 12, 16, 14, 24)


@transaction.atomic
def make(*, requests, by):
    """Put waiting requests of one loan on a new list. Raises ValidationError when one of them cannot go."""
    ids = [request.pk for request in requests]
    rows = list(
        LoanRequest.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=ids).order_by("pk").select_related("product", "enterprise__operator", "unit")
    )
    if reasons := why_not(rows, by):
        raise ValidationError(reasons)
    today = clock.today()
    number = numbers.next_number(numbers.LIST, today.year)
    out = [frozen(position, request, today) for position, request in enumerate(rows, start=1)]
    product, unit = rows[0].product, _acting_unit(by, rows)
    listing = ReferralList(
        number=number, product=product, unit=unit, made_by=by, made_at=clock.now(), made_on=today,
        due_on=workdays.add(today, ANSWER_DAYS), size=len(out), digest=digest(out),
    )
    listing.file = workbook(listing, out, by)
    listing.save(force_insert=True)
    claim(listing.file, listing)
    for row in out:
        row.listing = listing
    ReferralRow.objects.bulk_create(out, batch_size=MOST)
    for request in rows:
        perform(request, "list", by=by, data={"list": number, "on": today})
    audit.record(
        "subsidies.referrallist.made", listing, by=by, rows=len(out), rows_sha256=listing.digest,
        file_sha256=listing.file.sha256,
    )
    return listing


def why_not(requests, by):
    """What keeps these requests from going out together; [] when nothing."""
    if not requests:
        return [_("Choose at least one request that waits for a list.")]
    if len(requests) > MOST:
        return [_("A list holds at most %(most)s requests.") % {"most": MOST}]
    if len({request.product_id for request in requests}) > 1:
        return [_("A list goes to one bank: choose requests for one loan only.")]
    reasons = [
        _("%(number)s does not wait for a list any more.") % {"number": request.number}
        for request in requests if request.state != State.REQUESTED
    ]
    return reasons + [
        _("%(number)s: its consent is missing.") % {"number": request.number}
        for request in requests if request.consent_at is None
    ]


def _acting_unit(by, rows):
    """The office in whose name the list goes out: the one nearest to the shops."""
    units = by.granted_units(Permission.LOAN_EDIT)
    near = [unit for unit in units if all(row.unit.path.startswith(unit.path) for row in rows)]
    return max(near or units, key=lambda unit: len(unit.path))


def frozen(position, request, day):
    shop = request.enterprise
    operator = shop.operator
    return ReferralRow(
        position=position, request=request, shop=shop.name, uscc=shop.uscc or "", operator=operator.name if operator else "",
        id_number=operator.id_number if operator else None, phone=request.contact_phone or shop.phone or None,
        address=shop.operating_address, amount=request.amount_wished, purpose=request.purpose, listed_on=day,
        product_id=request.product_id, enterprise_id=request.enterprise_id, region_id=request.region_id,
        operating_region_id=request.operating_region_id, unit_id=request.unit_id,
    )


def plain(secret):
    """An encrypted value as text, "" for none."""
    return secret.reveal() if secret else ""


def cells(row):
    """A row as the bank gets it, up to the columns that the bank fills in."""
    return (row.position, row.request.number, row.shop, row.uscc, row.operator, plain(row.id_number), plain(row.phone),
            row.address, row.amount, row.purpose)


def digest(rows):
    """SHA-256 over the rows as they went out; a row changed in any way gives another one."""
    text = json.dumps([[_text(cell) for cell in cells(row)] for row in rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _text(cell):
    """Amounts with their two decimals, as the database gives them back."""
    return f"{cell:.2f}" if isinstance(cell, Decimal) else str(cell)


def workbook(listing, rows, by):
    title = f"{listing.product.bank_zh}“{listing.product.name_zh}”推荐名单（{listing.number}）"
    path: Path = write_workbook(SheetOut("推荐名单", HEADS, map(cells, rows), title=title, widths=WIDTHS))
    try:
        return make_private_file(path, f"{listing.number}.xlsx", PURPOSE, by, days=None)
    finally:
        path.unlink(missing_ok=True)
