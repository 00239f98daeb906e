"""The portal's settings on the servers of the bench; static files by their plain names, as nothing is collected."""

import os

os.environ.setdefault("STATICFILES_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")

from bureau.settings import *  # noqa: E402, F403
from bureau.settings import ALLOWED_HOSTS, DATABASES  # noqa: E402

WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS += ["testserver"]
# What is measured is the work; statements of a whole register may take longer than a page may.
DATABASES["default"]["OPTIONS"]["options"] += " -c statement_timeout=15min -c idle_in_transaction_session_timeout=0"
