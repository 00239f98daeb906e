"""One bank's loan, requests at any point of their way, and the files of the bank as it would send them."""

import io
import itertools
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from bureau.attachments.actions import make_private_file
from bureau.common import clock
from bureau.common.identity import uscc_check_character
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.flow import PURPOSE
from bureau.formbuilder.tabular.models import Mode
from bureau.jobs.testing import run_waiting
from bureau.workflow import perform
from subsidies.loans.actions import drawdowns, lists, requests
from subsidies.loans.models import LoanProduct, LoanRequest

_serial = itertools.count(1)


def product(**fields) -> LoanProduct:
    given = {
        "key": f"loan-{next(_serial)}", "bank_zh": "青海农商银行示范支行", "bank_en": "Sample bank", "name_zh": "拉面贷",
        "name_en": "Noodle loan", "rate_low": Decimal("4.35"), "rate_high": Decimal("5.65"),
        "highest": Decimal(500_000), "months": 36, "conditions_zh": "征信良好", "conditions_en": "Good record",
        "published": True, "opens_on": date(2020, 1, 1),
    }
    return LoanProduct.objects.create(**(given | fields))


def code(number: int) -> str:
    """A sound social credit code of a shop in Guangzhou."""
    first17 = f"92440106{number:09d}"
    return first17 + uscc_check_character(first17)


def with_code(shop):
    """The shop with a code of its own and an operator with an identity number."""
    shop.uscc = code(next(_serial))
    shop.save()
    return shop


def asked(product, shop, by, *, amount=200_000, purpose="扩店", **fields) -> LoanRequest:
    return requests.ask(product=product, enterprise=shop, amount=Decimal(amount), purpose=purpose, by=by, **fields)


def listed(request, clerk) -> LoanRequest:
    lists.make(requests=[request], by=clerk)
    request.refresh_from_db()
    return request


def approved(request, clerk, *, amount=None) -> LoanRequest:
    listed(request, clerk)
    data = {"amount": Decimal(amount or request.amount_wished), "decided_on": clock.today()}
    return perform(request, "accept", by=clerk, data=data)


def bank_file(clerk):
    return make_private_file(b"PK", "bank.xlsx", PURPOSE, clerk)


def drawn(request, clerk, *, amount, serial="", on=None) -> LoanRequest:
    return drawdowns.draw(
        request=request, amount=Decimal(amount), on=on or clock.today(), serial=serial or f"S{next(_serial):06d}",
        by=clerk, source=bank_file(clerk),
    )


def book(heads, rows, *, title="") -> bytes:
    """A workbook as a bank sends it."""
    made = Workbook()
    sheet = made.active
    if title:
        sheet.append([title])
    for row in (heads, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def imported(importer, content, by, *, options=None, mode=Mode.GOOD, name="bank.xlsx"):
    """Upload, try and write; the run with its jobs."""
    run = flow.start(importer=importers.get(importer), upload=SimpleUploadedFile(name, content), options=options or {}, by=by)
    run_waiting()
    run.refresh_from_db()
    assert run.trial.state == "done", run.trial.error
    if mode:
        flow.ask_write(run=run, mode=mode, by=by)
        run_waiting()
        run.refresh_from_db()
        assert run.job.state == "done", run.job.error
    return run
