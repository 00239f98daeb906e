"""Production is strict: `check --deploy` finds nothing and silences nothing, and the cookies say so."""

import base64
import json
import os
import secrets
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from bureau.accounts import actions
from bureau.accounts.models import LoginCode, PortalSession
from bureau.common import clock
from tests.factories import accounts


def production(*command: str) -> subprocess.CompletedProcess:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    environment = {
        "PATH": os.environ["PATH"], "SECRET_KEY": secrets.token_urlsafe(60), "FIELD_KEYS": f"1:{key}",
        "INDEX_KEY": key, "DATABASE_URL": os.environ["DATABASE_URL"], "REDIS_URL": os.environ["REDIS_URL"],
        "ALLOWED_HOSTS": "portal.example", "PORTAL_VAR": os.environ["PORTAL_TEST_HOME"] + "/production",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )


def test_check_deploy_finds_nothing(databases):
    answer = production("check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stderr
    assert "no issues (0 silenced)" in answer.stdout


def test_cookies_and_headers_of_production(databases):
    script = (
        "import json; from django.conf import settings as s; print(json.dumps({k: getattr(s, k) for k in ("
        "'SESSION_COOKIE_NAME', 'CSRF_COOKIE_NAME', 'SESSION_COOKIE_SECURE', 'SESSION_COOKIE_HTTPONLY',"
        "'SESSION_COOKIE_SAMESITE', 'CSRF_COOKIE_SECURE', 'SECURE_HSTS_SECONDS', 'SECURE_SSL_REDIRECT',"
        "'STAFF_TOTP_REQUIRED', 'DEBUG', 'DEMO')}))"
    )
    found = json.loads(production("shell", "-v0", "-c", script).stdout)
    assert found == {
        "SESSION_COOKIE_NAME": "__Host-sid", "CSRF_COOKIE_NAME": "__Host-csrf", "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax", "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000, "SECURE_SSL_REDIRECT": True, "STAFF_TOTP_REQUIRED": True,
        "DEBUG": False, "DEMO": False,
    }


@pytest.mark.django_db
def test_old_codes_and_sessions_go(client):
    accounts.site()
    now = clock.real_now()
    for days in (1, 31):
        LoginCode.objects.create(
            phone="13897001234", code_hash="x", address="127.0.0.1", created_at=now - timedelta(days=days),
            expires_at=now,
        )
    client.force_login(accounts.owner(), backend="bureau.accounts.backends.OwnerBackend")
    assert actions.purge() == {"codes": 1, "attempts": 0, "sessions": 0}
    with time_machine.travel(now + timedelta(days=31)):
        assert actions.purge()["sessions"] == 1
    assert not PortalSession.objects.exists()
