from datetime import timedelta

import pytest

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.common.shelves import InboxSource
from bureau.desk import queries
from tests.factories import accounts


class Matter:
    def __init__(self, name, days=None, paused=False):
        self.name, self.paused = name, paused
        self.due = None if days is None else clock.today() + timedelta(days=days)

    def __str__(self):
        return self.name


def source(key, *matters, **fields):
    return InboxSource(
        key, f"Matters {key}", lambda user: list(matters), url=lambda m: f"/{m.name}/", due="due",
        paused=lambda m: m.paused, **fields,
    )


def test_groups_with_something_overdue_come_first_then_by_deadline(clerk, shelf):
    shelf.register(
        source("late", Matter("c", 90)), source("none"), source("soon", Matter("b", 2)),
        source("over", Matter("free"), Matter("a", -9), Matter("d", 9)),
    )
    found = queries.groups(clerk, "staff")
    assert [group.key for group in found] == ["over", "soon", "late"]
    assert [row.title for row in found[0].rows] == ["a", "d", "free"]
    assert (found[0].overdue, found[0].total) == (1, 3)


def test_what_is_paused_is_not_overdue(clerk, shelf):
    shelf.register(source("x", Matter("a", -9, paused=True)))
    assert queries.groups(clerk, "staff")[0].overdue == 0


def test_a_queryset_is_ordered_cut_and_counted_in_the_database(clerk, shelf, django_assert_max_num_queries):
    for number in range(20):
        accounts.staff(username=f"many{number:02}")
    people = User.objects.filter(username__startswith="many")
    shelf.register(
        InboxSource("people", "People", lambda user: people, url=lambda u: f"/u/{u.pk}/", due="created_at",
                    all_url=lambda user: "/all/")
    )
    with django_assert_max_num_queries(5):
        group = queries.groups(clerk, "staff")[0]
    assert (len(group.rows), group.total, group.more, group.all_url) == (queries.SHOWN, 20, 8, "/all/")


def test_every_overdue_row_is_counted_not_only_those_shown(clerk, shelf):
    for number in range(20):
        accounts.staff(username=f"many{number:02}")
    people = User.objects.filter(username__startswith="many")
    people.update(created_at=clock.now() - timedelta(days=9))
    shelf.register(InboxSource("people", "People", lambda user: people, url=lambda u: "/", due="created_at"))
    assert queries.groups(clerk, "staff")[0].overdue == 20


def test_the_index_of_the_admin_is_the_inbox(enter, clerk, shelf):
    shelf.register(source("x", Matter("化隆人家", -9), note=lambda m: "First review"))
    page = enter(clerk).get("/admin/").content.decode()
    assert "Waits for me" in page
    assert "1 overdue" in page
    assert '<span lang="zh">化隆人家</span>' in page
    assert "First review" in page


def test_an_empty_inbox_shows_the_way_to_the_work(enter, site, shelf):
    page = enter(accounts.staff(Role.SYSTEM)).get("/admin/").content.decode()
    assert "Nothing waits for you" in page
    assert "System status" in page


def test_one_key_is_registered_once(shelf):
    shelf.register(source("x"))
    with pytest.raises(ValueError, match="registered twice"):
        shelf.register(source("x"))
