"""Lists of the admin at any depth, searches, and both beside what Django's own admin would do."""

from collections.abc import Callable
from statistics import median
from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.db import connection
from django.test import RequestFactory, override_settings
from django.utils.translation import override

from bench import stock
from bench.measure import in_turn
from bench.rows.register import RARE, SURNAMES, WORDS
from bureau.accounts.models import User
from enterprises.models import Enterprise
from subsidies.models import Application

TIMES = 9
#: Without the portal's own templates, which stand in place of some of the admin's.
STOCK_TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
MODELS = (Enterprise, Application)


def view(admin_site: Any, model: type, user: User, query: str = "") -> Callable[[], Any]:
    """One list as its view makes it, rendered; without the middlewares, which are the same on both sides."""
    options = model._meta
    address = f"/admin/{options.app_label}/{options.model_name}/{query}"
    model_admin = admin_site._registry[model]

    def call() -> Any:
        request = RequestFactory().get(address)
        request.user = User.objects.get(pk=user.pk)
        request.session, request._messages, request.htmx = {}, [], False
        answer = model_admin.changelist_view(request)
        if answer.status_code != 200:
            raise AssertionError(f"{address}: {answer.status_code} {answer.headers.get('Location')}")
        with override("zh-hans"):
            return answer.render().content if hasattr(answer, "render") else answer.content

    return call


def clerk() -> User:
    """Sees all cases and the whole register."""
    return User.objects.get(username="bench.clerk")


def last_page() -> dict[str, Any]:
    """The last page of both big lists, beside their first one."""
    user = clerk()
    lasts, firsts = [view(site, model, user, "?p=last") for model in MODELS], [view(site, model, user) for model in MODELS]
    for call in lasts:
        if b"rel=\"prev\"" not in call():
            raise AssertionError("this is not the last page")
    return _sums("last_page", lasts, firsts, Enterprise.objects.count() + Application.objects.count())


def admin_list() -> dict[str, Any]:
    user = clerk()
    return _against_stock("admin_list", user, ("", ""))


def admin_search() -> dict[str, Any]:
    """An application by its number, as staff type it."""
    number = Application.objects.exclude(number=None).order_by("-pk")[100].number
    return _against_stock("admin_search", clerk(), (None, f"?q={number}"))


def _against_stock(work: str, user: User, queries: tuple[str | None, ...]) -> dict[str, Any]:
    """In blocks, ours and stock in turn: each block has its own templates, which its first call reads."""
    asked = [(model, query) for model, query in zip(MODELS, queries, strict=True) if query is not None]
    ours = [view(site, model, user, query) for model, query in asked]
    theirs = [view(stock.site, model, user, query) for model, query in asked]
    mine: list[list[float]] = [[] for _call in ours]
    stocks: list[list[float]] = [[] for _call in theirs]
    for _block in range(3):
        for seconds, call in zip(mine, ours, strict=True):
            seconds.append(in_turn(TIMES // 3, call)[0])
        with override_settings(ROOT_URLCONF="bench.stock", TEMPLATES=STOCK_TEMPLATES):
            for seconds, call in zip(stocks, theirs, strict=True):
                seconds.append(in_turn(TIMES // 3, call)[0])
    return _sum(work, [median(seconds) for seconds in mine], [median(seconds) for seconds in stocks],
                sum(model.objects.count() for model, _query in asked))


def _sums(work: str, ours: list[Callable], floor: list[Callable], rows: int) -> dict[str, Any]:
    taken = in_turn(TIMES, *ours, *floor)
    return _sum(work, taken[: len(ours)], taken[len(ours) :], rows)


def _sum(work: str, mine: list[float], theirs: list[float], rows: int) -> dict[str, Any]:
    """The sum over several lists of each list's median."""
    each = " + ".join(f"{a * 1000:.0f}/{b * 1000:.0f}" for a, b in zip(mine, theirs, strict=True))
    return {"work": work, "ours_s": sum(mine), "floor_s": sum(theirs), "rows": rows, "notes": (f"{each} ms",)}


# --- search --------------------------------------------------------------------------------------

#: Part of a name that few shops have, part that many have, and a whole family name with its trade.
TERMS = (RARE, f"{SURNAMES[3]}家{WORDS[4]}", "剑江")
FOUND = """SELECT e.id, e.number, e.name, e.uscc, e.phone, e.state FROM enterprises_enterprise e
    WHERE zh_grams(e.name || ' ' || e.name_initials) @> zh_grams(%s) AND e.name LIKE %s ORDER BY e.id DESC LIMIT 50"""


def search() -> dict[str, Any]:
    """The first fifty by part of a name, beside the bare indexed query on an open cursor."""
    user = clerk()

    def ours() -> list[list[int]]:
        return [[row.pk for row in Enterprise.objects.visible_to(user).search(term)[:50]] for term in TERMS]

    def floor() -> list[list[int]]:
        found = []
        with connection.connection.cursor() as cursor:
            for term in TERMS:
                cursor.execute(FOUND, [term, f"%{term}%"])
                found.append([row[0] for row in cursor.fetchall()])
        return found

    user.granted_units()  # rights are read once per request
    if ours() != floor():
        raise AssertionError("other shops were found")
    ours_s, floor_s = in_turn(31, ours, floor)
    hits = " ".join(str(len(rows)) for rows in ours())
    return {"work": "search", "ours_s": ours_s, "floor_s": floor_s, "rows": Enterprise.objects.count(),
            "notes": (f"{len(TERMS)} terms, {hits} hits shown",)}
