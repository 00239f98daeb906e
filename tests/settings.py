"""The portal's settings, with the servers of this test run, a fast password hash and strict templates."""

from tests.servers import environment

environment()

from bureau.settings import *  # noqa: E402, F403
from bureau.settings import BASE_DIR, DATABASES, STORAGES, TEMPLATES  # noqa: E402
from tests.strict_templates import Unknown  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept connection would hold a database that is about to be dropped
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Unknown(str(BASE_DIR))
WHITENOISE_AUTOREFRESH = True

# A slow machine is no large bureau: figures are live, however long they take.
KEEP_FIGURES_FROM = 60
