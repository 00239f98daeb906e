"""Figures stand in report text as tokens; a typed one is refused."""

import pytest
from django.core.exceptions import ValidationError

from bureau.reports.enums import Window
from bureau.reports.text import Token, check, fill, parts, tokens

PAID = Token("subsidies.new_shop.paid", Window.TO_DATE)
PAID_NOW = Token("subsidies.new_shop.paid", Window.PERIOD)
KNOWN = {PAID, PAID_NOW}


def test_parts_keep_the_order():
    text = "今年发放{subsidies.new_shop.paid}，本期{subsidies.new_shop.paid@period}。"
    assert list(parts(text)) == ["今年发放", PAID, "，本期", PAID_NOW, "。"]
    assert tokens(text) == [PAID, PAID_NOW]
    assert fill(text, lambda token: str(token)) == text


@pytest.mark.parametrize(
    "text",
    [
        "截至2021年5月20日，今年发放{subsidies.new_shop.paid}。",
        "第3期培训班已结束。",
        "按海政办〔2021〕15号文件执行。",
        "By 20 May 2021 {subsidies.new_shop.paid} had been paid.",
        "没有数字的一句话。",
    ],
)
def test_dates_ordinals_and_document_numbers_are_no_figures(text):
    check(text, KNOWN)


@pytest.mark.parametrize(
    "text", ["今年发放389.2万元。", "共1431户。", "5 shops", "发放{subsidies.new_shop.paid}，增长12%。"]
)
def test_typed_figures_are_refused(text):
    with pytest.raises(ValidationError, match="typed|手工"):
        check(text, KNOWN)


@pytest.mark.parametrize("text", ["{subsidies.new_shop.approved}", "{budget.paid@next}", "{", "{}", "{Paid}", "a}b"])
def test_unknown_and_broken_tokens_are_refused(text):
    with pytest.raises(ValidationError):
        check(text, KNOWN)
