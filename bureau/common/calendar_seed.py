"""The calendar table's first contents: 2004 to the last year that the package `chinesecalendar` knows."""

from collections.abc import Iterator
from datetime import date

from chinese_calendar.constants import holidays, workdays

NAMES = {
    "New Year's Day": ("元旦", "New Year's Day"),
    "Spring Festival": ("春节", "Spring Festival"),
    "Tomb-sweeping Day": ("清明节", "Tomb-Sweeping Day"),
    "Labour Day": ("劳动节", "Labor Day"),
    "Dragon Boat Festival": ("端午节", "Dragon Boat Festival"),
    "National Day": ("国庆节", "National Day"),
    "Mid-autumn Festival": ("中秋节", "Mid-Autumn Festival"),
    "Anti-Fascist 70th Day": ("抗战胜利70周年纪念日", "70th Anniversary of Victory"),
}


def rows() -> Iterator[tuple[date, bool, str, str]]:
    """(date, is it worked on, name in Chinese, name in English)."""
    for day, label in holidays.items():
        name_zh, name_en = NAMES[label]
        yield day, False, name_zh, name_en
    for day, label in workdays.items():
        name_zh, name_en = NAMES[label]
        yield day, True, f"{name_zh}调休上班", f"Working day in exchange for {name_en}"
