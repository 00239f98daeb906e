"""One settings file, driven by the environment: a demo over plain HTTP, or production."""

import base64
import hashlib
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env("PORTAL_VAR", default=str(BASE_DIR / "var")))
if (VAR_DIR / "secrets.env").is_file():
    env.read_env(VAR_DIR / "secrets.env")
if (VAR_DIR / "servers.env").is_file():
    env.read_env(VAR_DIR / "servers.env")

# The demo shows logins, sent messages and a moved clock; production has none of them.
DEMO = env.bool("DEMO", default=False)
DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set: run `make run` once (it writes var/secrets.env), or set it in the environment."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- apps -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "bureau.common",
    "bureau.regions",
    "bureau.audit",
    "bureau.accounts",
    "bureau.attachments",
    "bureau.jobs",
    "bureau.notifications",
    "bureau.formbuilder",
    "bureau.workflow",
    "bureau.facts",
    "bureau.metrics",
    "bureau.targets",
    "enterprises",
    "programs",
    "training",
    "subsidies",
    "bureau.reports",
    "bureau.dashboards",
    "bureau.desk",
    "demo",
    "bureau.accounts.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "bureau.common.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "bureau.accounts.middleware.CleanAddressMiddleware",
    "bureau.attachments.middleware.BodySizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bureau.accounts.middleware.HeadersMiddleware",
    "bureau.accounts.middleware.SessionMiddleware",
    "bureau.accounts.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "bureau.desk.errors.NotDoneMiddleware",
]

ROOT_URLCONF = "bureau.urls"
WSGI_APPLICATION = "bureau.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data -----------------------------------------------------------------------------------------

DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgres://postgres@127.0.0.1:1/portal"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c lock_timeout=3s -c statement_timeout=30s"
            " -c idle_in_transaction_session_timeout=60s -c timezone=Asia/Shanghai"
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:1/0")


def _keys(text: str) -> dict[str, bytes]:
    """Read "1:base64,2:base64" into {"1": key, "2": key}; the last one encrypts, all of them decrypt."""
    pairs = (part.split(":", 1) for part in text.split(",") if part.strip())
    return {key_id.strip(): base64.b64decode(value) for key_id, value in pairs}


FIELD_KEYS = _keys(env("FIELD_KEYS", default=""))
INDEX_KEY = base64.b64decode(env("INDEX_KEY", default=""))
if not FIELD_KEYS or not INDEX_KEY:
    if not DEMO:
        raise ImproperlyConfigured("FIELD_KEYS and INDEX_KEY must be set (32 random bytes each, base64).")
    FIELD_KEYS = {"demo": hashlib.sha256(b"field" + SECRET_KEY.encode()).digest()}
    INDEX_KEY = hashlib.sha256(b"index" + SECRET_KEY.encode()).digest()

PRIVATE_ROOT = VAR_DIR / "private"
STATIC_ROOT = VAR_DIR / "static"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": env(
        "STATICFILES_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
    )},
}
FILE_UPLOAD_PERMISSIONS = 0o640
X_ACCEL_PREFIX = env("X_ACCEL_PREFIX", default="")  # nginx location of the private files, "internal"
FILE_SCANNER = env("FILE_SCANNER", default="")  # clamd's socket: /run/clamav/clamd.ctl or host:port
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- words and time -------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
FORMAT_MODULE_PATH = ["bureau.common.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- people ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "bureau.accounts.backends.StaffBackend",
    "bureau.accounts.backends.OwnerBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "name", "phone")}},
    {"NAME": "bureau.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
STAFF_TOTP_REQUIRED = env.bool("STAFF_TOTP_REQUIRED", default=not DEMO)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1 / 6  # hours: ten minutes, so that nobody can lock an officer out for a day
AXES_HANDLER = "bureau.accounts.lockout.LockoutHandler"
LOCKOUT_ADDRESS_LIMIT = 30
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "bureau.accounts.errors.locked_out"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # logins stand in the audit log
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password", "totp_token", "code", "phone"]
NOTIFY = "bureau.notifications.notify"  # by string: accounts lie below notifications
PROXY_COUNT = env.int("PROXY_COUNT", default=0)  # proxies of ours in front; nothing else in X-Forwarded-For counts
# What QR codes on plaques lead to, for example https://brand.example.gov.cn; empty: the host that was asked.
PUBLIC_URL = env("PUBLIC_URL", default="")
AXES_CLIENT_IP_CALLABLE = "bureau.accounts.addresses.client_address"

# --- security -------------------------------------------------------------------------------------

SESSION_ENGINE = "bureau.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "bureau.desk.errors.csrf_failure"
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if DEMO:
    SESSION_COOKIE_NAME = "sid"
    CSRF_COOKIE_NAME = "csrf"
else:
    SESSION_COOKIE_NAME = "__Host-sid"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- jobs -----------------------------------------------------------------------------------------

# How tasks behave is part of the design and stands in bureau/celery.py.
CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = TIME_ZONE
SMS_GATEWAY = env("SMS_GATEWAY", default="")
SMS_DAILY_CAP = env.int("SMS_DAILY_CAP", default=10)

# --- logs -----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "bureau.common.request_id.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"axes": {"level": "WARNING"}},
}
