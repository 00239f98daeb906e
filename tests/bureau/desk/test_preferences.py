import pytest


def test_the_language_is_kept_in_a_cookie_and_on_the_account(enter, clerk, settings):
    client = enter(clerk, "zh-hans")
    response = client.post("/language/", {"language": "en", "next": "/search/?q=1"})
    assert response.url == "/search/?q=1"
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    clerk.refresh_from_db()
    assert clerk.language == "en"


def test_an_unknown_language_changes_nothing(client, site, settings):
    response = client.post("/language/", {"language": "xx"})
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_nobody_is_led_elsewhere(client, site, target):
    assert client.post("/large-type/", {"large": "1", "next": target}).url == "/"


def test_large_type_stays_until_it_is_switched_off(client, site):
    client.post("/large-type/", {"large": "1", "next": "/"})
    assert 'class="large"' in client.get("/").content.decode()
    client.post("/large-type/", {"large": "0", "next": "/"})
    assert 'class="large"' not in client.get("/").content.decode()


def test_preferences_are_not_changed_by_a_link(client, site):
    assert client.get("/language/").status_code == 405
    assert client.get("/large-type/").status_code == 405


@pytest.mark.parametrize(
    ("color", "taken"),
    [("#7A1F1F", True), ("#1f4e8c", True), ("#ffcc00", False), ("red", False), ("#12345", False), ("#1;}*{}", False)],
)
def test_the_bureaus_color_is_taken_when_white_text_can_be_read_on_it(client, site, color, taken):
    site.primary_color = color
    site.save()
    response = client.get("/theme.css")
    assert response["Content-Type"].startswith("text/css")
    assert (f"--primary: {color.lower()};" in response.content.decode()) == taken
    if not taken:
        assert response.content == b""
