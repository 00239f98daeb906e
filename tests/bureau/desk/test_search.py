import pytest

from bureau.common.shelves import SearchSource


@pytest.fixture
def asked(shelf):
    """What the searches were asked for."""
    found = []

    def find(user, text, limit):
        found.append((user, text, limit))
        return ["广州市化隆人家拉面"] if "化隆" in text else []

    shelf.register(SearchSource("shops", "Shops", find, url=lambda s: "/shop/1/", note=lambda s: "E00000001"))
    return found


def test_staff_find_what_the_apps_put_on_the_shelf(enter, clerk, asked):
    page = enter(clerk).get("/search/", {"q": " 化隆\u200b "}).content.decode()
    assert asked == [(clerk, "化隆", 8)]
    assert '<a href="/shop/1/">' in page
    assert "E00000001" in page


def test_nothing_found_says_what_to_try(enter, clerk, asked):
    page = enter(clerk).get("/search/", {"q": "<nothing>"}).content.decode()
    assert "Nothing found for “&lt;nothing&gt;”" in page
    assert "its pinyin from the beginning" in page


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "\ud800", "x" * 61, "a\nb"])
def test_bad_input_is_named_beside_the_field(enter, clerk, asked, text):
    response = enter(clerk).get("/search/?q=" + ("%ED%A0%80" if text == "\ud800" else _quoted(text)))
    assert response.status_code in (200, 400)
    assert asked == []


def _quoted(text):
    from urllib.parse import quote

    return quote(text)


def test_an_owner_has_no_search(enter, owner, asked):
    assert enter(owner).get("/search/", {"q": "化隆"}).status_code in (302, 403, 404)
    assert asked == []
