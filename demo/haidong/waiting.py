"""What waits for a second person in Hualong, so that a new colleague finds one of each to practice on: claims of shops,
a list of awards and a roster of loans of 2020. Nothing of it counts before it is decided, and then in 2020."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.attachments.actions import make_private_file
from bureau.attachments.models import Attachment
from bureau.formbuilder.tabular.flow import PURPOSE as IMPORTED
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from demo.haidong.invent import BANKS, Inventor
from demo.haidong.story import Cast
from enterprises.actions import claim
from enterprises.enums import State
from enterprises.models import Enterprise
from subsidies.actions import backentry
from subsidies.loans.actions import earlier
from subsidies.models import BudgetLine, LoanProduct

COUNTY = "630224"
PAID_ON = date(2020, 12, 18)
#: Yuan of each row of the two lists.
AWARDS, LOANS = (3000, 2500, 2000), (100_000, 50_000)
#: Whoever claims with the number that the register has needs no other proof; the nephew calls from his own.
NEPHEW_OF_A_SHOP = ("马海龙", "13800440003")


def load(cast: Cast, inventor: Inventor) -> None:
    Loader(cast, inventor).load()


@dataclass
class Loader:
    cast: Cast
    inventor: Inventor

    def load(self) -> None:
        self.clerk, self.unit = self.cast.at_county(COUNTY, "clerk"), self.cast.units[self.cast.county_of[COUNTY]]
        early = iter(self.shops(opened_on__range=(date(2020, 1, 1), date(2020, 5, 31))))
        self.claims([next(early), next(early)])
        self.awards([next(early) for _yuan in AWARDS])
        late = self.shops(opened_on__range=(date(2020, 6, 1), PAID_ON), loan_requests=None)
        self.loans(list(late[: len(LOANS)]))

    def shops(self, **which: Any) -> QuerySet[Enterprise]:
        """Open shops of the county, whom nobody acts for online and that have not applied for anything."""
        return Enterprise.objects.filter(
            region__code=COUNTY, state=State.ACTIVE, uscc__isnull=False, applications=None, memberships=None, **which,
        ).exclude(phone__in=User.objects.exclude(phone=None).values("phone")).order_by("id")

    def claims(self, shops: list[Enterprise]) -> None:
        own, other = shops
        for shop, name, phone, note in (
            (own, own.operator.name, own.phone, "本人经营"), (other, *NEPHEW_OF_A_SHOP, "经营者的侄子，负责店里日常经营"),
        ):
            owner = User(kind=UserKind.OWNER, phone=phone, name=name)
            owner.set_unusable_password()
            owner.save()
            claim(by=owner, enterprise=shop, note=note)

    def awards(self, shops: list[Enterprise]) -> None:
        awards = [
            backentry.Award(row, shop.pk, Decimal(yuan), BANKS[0], self.inventor.account(), PAID_ON, f"2020-{row:03d}")
            for row, (shop, yuan) in enumerate(zip(shops, AWARDS, strict=True), start=3)
        ]
        source = self.file("化隆县2020年12月新开店奖补发放花名册", ("凭证号", "发放金额", "发放日期", "银行账号"), shops, [
            (award.voucher, award.amount, award.paid_on, f"{award.bank} {award.account}") for award in awards
        ])
        line = BudgetLine.objects.get(fiscal_year=PAID_ON.year, scheme=None)
        backentry.propose(
            awards, version=self.cast.version, line=line, unit=self.unit, source=source, by=self.clerk,
        )

    def loans(self, shops: list[Enterprise]) -> None:
        loans = [
            earlier.Loan(row, shop.pk, Decimal(yuan), PAID_ON, f"QN{PAID_ON:%Y%m%d}H{row:04d}")
            for row, (shop, yuan) in enumerate(zip(shops, LOANS, strict=True), start=3)
        ]
        source = self.file("化隆县2020年12月拉面贷放款花名册", ("流水号", "放款金额", "放款日期"), shops, [
            (loan.serial, loan.amount, loan.paid_on) for loan in loans
        ])
        earlier.propose(loans, product=LoanProduct.objects.get(), unit=self.unit, source=source, by=self.clerk)

    def file(self, title: str, heads: tuple[str, ...], shops: list[Enterprise], rows: list[tuple[Any, ...]]) -> Attachment:
        """The list as the county kept it."""
        told = [(shop.name, shop.uscc, *row) for shop, row in zip(shops, rows, strict=True)]
        path = write_workbook(SheetOut("花名册", ("店铺名称", "统一社会信用代码", *heads), told, title=title))
        try:
            return make_private_file(path, f"{title}.xlsx", IMPORTED, self.clerk, days=None)
        finally:
            path.unlink(missing_ok=True)
