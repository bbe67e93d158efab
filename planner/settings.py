"""Every setting, read from the environment by `env`; docs/configuration.md lists them.

Production is what an empty environment means, and it has no unsafe default: what is
missing stops the start. Development needs nothing at all.
"""

from pathlib import Path

from planner import env
from planner.ops import logs
from planner.sqlite import PrivateConnection

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# --- What kind of start this is ---

PRODUCTION = (
    env.choice("PLANNER_ENV", "production", among=["production", "development"])
    == "production"
)
# Off even in development: pages should fail there as they fail for people.
DEBUG = env.flag("PLANNER_DEBUG", False)
if DEBUG and PRODUCTION:
    raise env.InvalidSetting(
        "PLANNER_DEBUG shows secrets to visitors: not in production."
    )

# Off only where no TLS can be had, such as a trial on one machine. Whether a request
# came by HTTPS is the proxy's to say, and nobody else's header.
HTTPS = env.flag("PLANNER_HTTPS", PRODUCTION)
SECRET_KEY = env.secret(
    "SECRET_KEY", kept_in=None if PRODUCTION else VAR_DIR / "secret_key"
)
ALLOWED_HOSTS = env.hosts(
    "ALLOWED_HOSTS", None if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
)

# The path of its host below which the planner is, as in /planner; empty for all of it.
BASE_PATH = env.path("BASE_PATH")
FORCE_SCRIPT_NAME = BASE_PATH or None

# --- What it is made of ---

INSTALLED_APPS = [
    "plans.apps.PlansConfig",
    "planner.apps.PlannerConfig",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "planner.apps.PlannerStaticFilesConfig",
]
MIDDLEWARE = [
    # Around all: a probe, a refusal and a static file are held to it too.
    "planner.ops.middleware.SecurityHeadersMiddleware",
    # Probes come by bare address and plain HTTP: before hosts and HTTPS are checked.
    "planner.ops.health.HealthMiddleware",
    "planner.ops.middleware.RequestMiddleware",
    "planner.ops.middleware.CharactersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "plans.accounts.sessions.UserMiddleware",
    "plans.accounts.time_zones.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "plans.views.errors.RefusedBodyMiddleware",
    "planner.ops.middleware.ClientDisconnectedMiddleware",
    "plans.views.page_account.PageAccountMiddleware",
    "plans.views.name_taken.NameTakenMiddleware",
]
ROOT_URLCONF = "planner.urls"
WSGI_APPLICATION = "planner.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "plans.accounts.contexts.auth_settings",
            ],
        },
    },
]

# --- Where rows are kept ---

# Threads that answer pages (planner/server/asgi.py); each holds one connection at most.
THREADS = env.number("PLANNER_THREADS", 10, least=1, most=200)
# That share the port (planner/serve.py).
PROCESSES = env.number("WEB_CONCURRENCY", 1, least=1, most=64)
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "planner.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_database = DATABASES["default"]
_options = _database.setdefault("OPTIONS", {})
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A path without a leading slash counts from here, wherever the command is given.
    _database["NAME"] = BASE_DIR / _database["NAME"]
    env.make_folder("DATABASE_URL", _database["NAME"].parent)
    # Threads live as long as the process, and so do their connections.
    _database["CONN_MAX_AGE"] = None
    # Two that read and then write in one transaction would both fail: so the write
    # lock is taken at the start, and waited for. WAL lets readers go on meanwhile.
    # `synchronous` stays FULL: a save that was acknowledged outlives a power cut.
    _options.setdefault("transaction_mode", "IMMEDIATE")
    _options.setdefault("init_command", "PRAGMA journal_mode = WAL")
    _options.setdefault("timeout", 20)
    _options.setdefault("factory", PrivateConnection)
else:
    # A connection for each thread, and a few for what is not a page.
    _options.setdefault("pool", {"min_size": 1, "max_size": THREADS + 4, "timeout": 10})
    # Asked each time whether it is still there: else a restart of PostgreSQL would cost
    # each of them somebody's request.
    _database["CONN_HEALTH_CHECKS"] = True

# --- What is kept for a while ---

# So many that nobody pushes out what counts against them.
_many_entries = {"MAX_ENTRIES": 100_000}
CACHES = {
    # How often somebody tried to sign in, and which codes were used: every process has
    # to know, so it is where they all look. SQLite has one process, whose memory will
    # do.
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": _many_entries,
    }
    if _database["ENGINE"] == "django.db.backends.sqlite3"
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "plans_kept",
        "OPTIONS": _many_entries,
    },
    # The digests of plans that were edited after their newest version (plans.reviews).
    "digests": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "digests",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# --- Who signs in ---

AUTH_USER_MODEL = "plans.User"
AUTHENTICATION_BACKENDS = ["plans.accounts.sessions.Backend"]
SESSION_ENGINE = "plans.accounts.sessions"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "plans:plan_list"
LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- How they sign in (django-allauth) ---

# Whether anybody may make themselves an account; else people are made or invited.
SIGNUP_IS_OPEN = env.flag("ACCOUNT_SIGNUP", False)

ACCOUNT_ADAPTER = "plans.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "plans.accounts.forms.SignIn",
    "signup": "plans.accounts.forms.SignUp",
    "add_email": "plans.accounts.forms.NewAddress",
    "change_password": "plans.accounts.forms.ChangePassword",
    "set_password": "plans.accounts.forms.SetPassword",
    "reset_password": "plans.accounts.forms.ForgottenPassword",
    "reset_password_from_key": "plans.accounts.forms.NewPassword",
    "reauthenticate": "plans.accounts.forms.PasswordAgain",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_USER_DISPLAY = "plans.accounts.adapters.display_name"
# Who makes an account themselves shows first that the address is theirs; that is also
# what keeps the page from telling which addresses have an account.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if SIGNUP_IS_OPEN else "optional"
# One address each: a new one takes the place of the old one when it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Planner] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# Asked for again before anything about signing in changes; good for five minutes.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# "ip" is REMOTE_ADDR, which uvicorn sets from the proxies of FORWARDED_ALLOW_IPS alone:
# allauth itself believes no header. "key" is the name or address that was typed.
# Wrong passwords are counted by account and IP address together, so that nobody locks
# others out of theirs, and many more of them by account alone. Mail lets its owner in.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,10/10m/key",
    "login_failed_anywhere": "100/h/key",
    "reset_password": "10/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "signup": "10/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/3m/key",
    # Passwords and codes typed to sign a plan (plans/accounts/reauthentication.py).
    "sign": "5/5m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = None

MFA_ADAPTER = "plans.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "plans.accounts.forms.SecondFactor",
    "reauthenticate": "plans.accounts.forms.SecondFactorAgain",
    "activate_totp": "plans.accounts.forms.SetUpApp",
    "add_webauthn": "plans.accounts.forms.AddPasskey",
    "edit_webauthn": "plans.accounts.forms.RenamePasskey",
    "login_webauthn": "plans.accounts.forms.PasskeySignIn",
    "authenticate_webauthn": "plans.accounts.forms.PasskeyFactor",
    "reauthenticate_webauthn": "plans.accounts.forms.PasskeyAgain",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Planner"
# Browsers have passkeys over HTTPS only, except on the machine itself.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# The company's sign-in, by OpenID Connect; off until all of it is set.
OIDC = {
    "issuer": env.text("OIDC_ISSUER", "").rstrip("/"),
    "client_id": env.text("OIDC_CLIENT_ID", ""),
    "secret": env.text("OIDC_CLIENT_SECRET", ""),
}
OIDC_NAME = env.text("OIDC_NAME", "Company sign-in")
# Whether it makes accounts for those who have none; else it only lets in who has one.
OIDC_SIGNUP = env.flag("OIDC_SIGNUP", False)
OIDC_PROVIDER = "company"

SOCIALACCOUNT_ADAPTER = "plans.accounts.adapters.CompanyAdapter"
SOCIALACCOUNT_FORMS = {"signup": "plans.accounts.forms.CompanySignUp"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# A link, not a form: our policy lets no form lead to another site.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_PROVIDER,
                "name": OIDC_NAME,
                "client_id": OIDC["client_id"],
                "secret": OIDC["secret"],
                "settings": {"server_url": OIDC["issuer"]},
            }
        ]
        if all(OIDC.values())
        else [],
    }
}

# --- What browsers are told ---

# Whom planner.server.asgi believes when they say for whom they ask.
PROXIES = env.networks("FORWARDED_ALLOW_IPS", ["127.0.0.1"])
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SESSION_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "plans.views.page_account.csrf_failure"
# Not HttpOnly: a page that was open for long sends the newest token (js/csrf.js).
CSRF_COOKIE_SECURE = HTTPS
# Others may live beside us on the same host.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{BASE_PATH}/"
# Subdomains and the preload list are for whoever owns the domain to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# No page has an inline script or style, so there is no exception and no nonce. Django 6
# reads this setting itself; until then planner.ops.middleware does.
_self, _none = ["'self'"], ["'none'"]
SECURE_CSP = {
    "default-src": _self,
    "script-src": _self,
    "style-src": _self,
    "img-src": _self,
    "object-src": _none,
    "base-uri": _none,
    "form-action": _self,
    "frame-ancestors": _none,
}

# --- What they may send ---

# A plan's file has 3 MB at most; in a form, percent-encoded, three times that.
DATA_UPLOAD_MAX_MEMORY_SIZE = 9_500_000
# The largest form is a whole plan without JavaScript: a few hundred fields in most,
# some thousand in the largest ones seen.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Files that are served as they are ---

STATIC_URL = f"{BASE_PATH}/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("htmx", BASE_DIR / "node_modules/htmx.org/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "planner.staticfiles.HashedStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Development serves the sources themselves, so there is nothing to collect.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION

# --- Mail ---

# Where people reach the planner, for the links in mails.
PLANNER_URL = env.web_address(
    "PLANNER_URL",
    f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0].lstrip('.')}"
    if PRODUCTION
    else f"http://127.0.0.1:{env.number('PORT', 8000, least=1, most=65_535)}",
    hosts=ALLOWED_HOSTS,
)
# With the path, as people are told where they are.
PLANNER_ADDRESS = PLANNER_URL + BASE_PATH
EMAIL_HOST = env.text("EMAIL_HOST", "")
SENDS_MAIL = bool(EMAIL_HOST) or not PRODUCTION
# Without a mail server nothing is sent: development prints what it would have been.
EMAIL_BACKEND = "django.core.mail.backends." + (
    "smtp.EmailBackend"
    if EMAIL_HOST
    else "dummy.EmailBackend"
    if PRODUCTION
    else "console.EmailBackend"
)
EMAIL_PORT = env.number("EMAIL_PORT", 587, least=1, most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD", "")
# On this port TLS is there from the start, on the others it is asked for (STARTTLS).
EMAIL_USE_SSL = env.flag("EMAIL_TLS", True) and EMAIL_PORT == 465
EMAIL_USE_TLS = env.flag("EMAIL_TLS", True) and not EMAIL_USE_SSL
env.require_together("EMAIL_USER", "EMAIL_HOST")
env.require_together("EMAIL_USER", "EMAIL_PASSWORD")
env.require_together("EMAIL_PASSWORD", "EMAIL_USER")
if PRODUCTION:
    # Mail from planner@localhost is thrown away where it arrives.
    env.require_together("EMAIL_HOST", "EMAIL_FROM")
# Seconds: somebody waits for the page.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_address("EMAIL_FROM", "planner@localhost")

# --- Language, time, log ---

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
LOGGING = logs.build_logging_config(
    env.choice(
        "LOG_FORMAT", "json" if PRODUCTION else "lines", among=["json", "lines"]
    ),
    env.choice("LOG_LEVEL", "INFO", among=["DEBUG", "INFO", "WARNING", "ERROR"]),
    hides_messages=PRODUCTION,
)

# --- Who may read what is counted ---

# Without one there is no /metrics.
METRICS_TOKEN = env.optional_secret("METRICS_TOKEN")
