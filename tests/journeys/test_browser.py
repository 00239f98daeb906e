"""The browser of the journeys: sizes, language and time zone as on a newcomer's phone and an officer's desk."""


def told(page):
    page.goto("/healthz")
    return page.evaluate(
        "() => [screen.width, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]"
    )


def test_a_phone_and_a_desk(phone, desk):
    assert told(phone) == [390, "zh-CN", "Asia/Shanghai"]
    assert told(desk) == [1280, "zh-CN", "Asia/Shanghai"]


def test_people_do_not_share_cookies(new_phone):
    first, second = new_phone(), new_phone()
    first.goto("/healthz")
    second.goto("/healthz")
    first.context.add_cookies([{"name": "mine", "value": "1", "url": first.url}])
    assert second.context.cookies() == []
