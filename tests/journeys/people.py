"""Ways to come in without typing a code each time; the login pages have journeys of their own."""

from django.conf import settings
from django.test import Client

from bureau.common import clock


def come_in(page, user, live_server):
    """Put a session of `user`, just confirmed, into the browser of `page`."""
    client = Client()
    client.force_login(user)
    session = client.session
    now = int(clock.real_now().timestamp())
    session.update({"begun": now, "seen": now, "confirmed": now})
    session.save()
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
