"""The case that a portal made for the simple ones would fail: license in Guangzhou, an operator's name
with a middle dot, run by his nephew, paid to a social security card, entered from paper by the office in
Guangzhou, and corrected after a phone call."""

from datetime import date
from decimal import Decimal

from bureau.common.identity import id_check_digit, uscc_check_character
from demo.haidong.invent import Being, Shop
from demo.haidong.plan import Case

OPERATOR = Being("韩·穆萨伊", "63022419740312001" + id_check_digit("63022419740312001"), "13800440001", "630224")
NEPHEW = Being("韩·尤努斯", "63022419950821003" + id_check_digit("63022419950821003"), "13800440002", "630224")
CARD = "6217000044000012"
SHOP_NAME = "天河化隆韩记牛肉拉面馆"


def hard_case() -> Case:
    first17 = "92440106" + "MA5D0H4RD"
    shop = Shop(
        name=SHOP_NAME,
        uscc=first17 + uscc_check_character(first17),
        place="440106",
        address="天河区中山大道西211号",
        opened_on=date(2020, 11, 6),
        area=64,
        owner=OPERATOR,
        is_abroad=False,
        run_by=NEPHEW,
        card=CARD,
    )
    case = Case(shop, "accept", Decimal(2500), submitted=date(2021, 5, 18), on_behalf=True)
    case.returned.append((date(2021, 5, 19), date(2021, 5, 20)))
    return case
