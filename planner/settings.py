"""All settings, read from the environment by `env`; docs/configuration.md lists them.

An empty environment means production, which has no unsafe defaults: a missing value
stops the start. Development needs no settings.
"""

from pathlib import Path

from planner import env, evidence_key
from planner.databases import REPLICA, add_engine_options, add_other_databases
from planner.ops import logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# --- Environment ---

PRODUCTION = (
    env.choice("PLANNER_ENV", "production", among=["production", "development"])
    == "production"
)
# Off even in development, so that errors look there as they do in production.
DEBUG = env.flag("PLANNER_DEBUG", False)
if DEBUG and PRODUCTION:
    raise env.InvalidSetting(
        "PLANNER_DEBUG shows secrets to visitors: not in production."
    )

# Off only where TLS is impossible, such as a trial on one machine. Only the proxy's
# header says whether a request came by HTTPS.
HTTPS = env.flag("PLANNER_HTTPS", PRODUCTION)
SECRET_KEY = env.secret(
    "SECRET_KEY", kept_in=None if PRODUCTION else VAR_DIR / "secret_key"
)
ALLOWED_HOSTS = env.hosts(
    "ALLOWED_HOSTS", None if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
)

# Signs files of approvals; without one, there are none.
EVIDENCE_KEY = evidence_key.read(
    kept_in=None if PRODUCTION else VAR_DIR / "evidence_key.pem", repository=BASE_DIR
)

# The path below which the host serves the planner, such as /planner, or empty.
BASE_PATH = env.path("BASE_PATH")
FORCE_SCRIPT_NAME = BASE_PATH or None

# --- Applications and middleware ---

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
    # The templates of its widgets, for FORM_RENDERER.
    "django.forms",
    "planner.apps.PlannerStaticFilesConfig",
]
MIDDLEWARE = [
    # Outermost, so that probes, refusals and static files have the headers too.
    "planner.ops.middleware.SecurityHeadersMiddleware",
    # Before the checks of host and HTTPS: probes use an IP address and plain HTTP.
    "planner.ops.health.HealthMiddleware",
    "planner.ops.middleware.RequestMiddleware",
    "planner.ops.middleware.CharactersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Behind WhiteNoise, whose files are compressed. About BREACH: docs/threats.md.
    "planner.ops.compression.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "plans.accounts.sessions.UserMiddleware",
    "plans.accounts.regions.RegionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "plans.views.errors.RefusedBodyMiddleware",
    "planner.ops.middleware.ClientDisconnectedMiddleware",
    "plans.views.page_account.PageAccountMiddleware",
    "plans.views.guest_gate.GuestGateMiddleware",
    "plans.views.name_taken.NameTakenMiddleware",
    # Innermost: what a view wrote is committed when it returns.
    "planner.replica.RememberWriteMiddleware",
]
ROOT_URLCONF = "planner.urls"
WSGI_APPLICATION = "planner.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "planner.compact_templates.Filesystem",
                        "planner.compact_templates.AppDirectories",
                    ],
                )
            ],
            "builtins": ["plans.templatetags.moments"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "plans.accounts.contexts.auth_settings",
            ],
        },
    },
]
# One template for the fields of all forms: templates/plans/_field.html.
FORM_RENDERER = "plans.forms.renderer.FieldRenderer"

# --- Database ---

# Threads for pages (planner/server/asgi.py); each has at most one connection.
THREADS = env.number("PLANNER_THREADS", 10, least=1, most=200)
# Processes that share the port (planner/serve.py).
PROCESSES = env.number("WEB_CONCURRENCY", 1, least=1, most=64)
DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "planner.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_database = DATABASES["default"]
add_engine_options(_database, base_dir=BASE_DIR, threads=THREADS)
add_other_databases(DATABASES)
DATABASE_ROUTERS = ["planner.replica.Router"] if REPLICA in DATABASES else []

# --- Caches ---

# More than anyone can fill to evict the attempts that count against them.
_many_entries = {"MAX_ENTRIES": 100_000}
CACHES = {
    # Sign-in attempts and used codes, which all processes must share. With SQLite there
    # is only one process, so its memory will do.
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
    # Digests of versions, and of plans that changed after their newest one; a third of
    # the entries is of some 6 kB (plans.reviews).
    "digests": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "digests",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 6_000},
    },
}

# --- Authentication ---

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

# --- django-allauth ---

# Whether anyone can sign up; otherwise accounts are created or invited.
SIGNUP_IS_OPEN = env.flag("ACCOUNT_SIGNUP", False)

ACCOUNT_ADAPTER = "plans.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "plans.accounts.forms.SignInForm",
    "signup": "plans.accounts.forms.SignUpForm",
    "add_email": "plans.accounts.forms.AddEmailForm",
    "change_password": "plans.accounts.forms.ChangePasswordForm",
    "set_password": "plans.accounts.forms.SetPasswordForm",
    "reset_password": "plans.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "plans.accounts.forms.NewPasswordForm",
    "reauthenticate": "plans.accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_USER_DISPLAY = "plans.accounts.adapters.display_name"
# With open sign-up, users confirm their address first. That also keeps the page from
# revealing which addresses have an account.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if SIGNUP_IS_OPEN else "optional"
# One address each: once confirmed, a new one replaces the old one.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Planner] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# Changes to sign-in methods need reauthentication, which is valid for five minutes.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# "ip" is REMOTE_ADDR, which uvicorn takes from proxies in FORWARDED_ALLOW_IPS only;
# allauth itself trusts no header. "key" is the username or address that was typed.
# Failed logins count by account and IP address together, so that nobody can lock others
# out, and up to a higher limit by account alone. A password reset lifts it.
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
    # Wrong passwords and codes at signing (plans/accounts/reauthentication.py).
    "sign": "5/5m/user",
    # One-time codes that are mailed to a guest, and tries to sign in with one.
    "guest_code": "10/h/key",
    "guest_sign_in": "30/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = None

MFA_ADAPTER = "plans.accounts.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "plans.accounts.forms.SecondFactorForm",
    "reauthenticate": "plans.accounts.forms.ReauthenticateSecondFactorForm",
    "activate_totp": "plans.accounts.forms.ActivateAppForm",
    "add_webauthn": "plans.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "plans.accounts.forms.RenamePasskeyForm",
    "login_webauthn": "plans.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "plans.accounts.forms.PasskeyFactorForm",
    "reauthenticate_webauthn": "plans.accounts.forms.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Planner"
# Browsers support passkeys over HTTPS only, except on localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# The company's sign-in by OpenID Connect; off until all three are set.
OIDC = {
    "issuer": env.text("OIDC_ISSUER", "").rstrip("/"),
    "client_id": env.text("OIDC_CLIENT_ID", ""),
    "secret": env.text("OIDC_CLIENT_SECRET", ""),
}
OIDC_NAME = env.text("OIDC_NAME", "Company sign-in")
# Whether it creates accounts; otherwise it only signs in users who have one.
OIDC_SIGNUP = env.flag("OIDC_SIGNUP", False)
OIDC_PROVIDER = "company"

SOCIALACCOUNT_ADAPTER = "plans.accounts.company.CompanyAdapter"
SOCIALACCOUNT_FORMS = {"signup": "plans.accounts.forms.CompanySignUpForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# By a link: our policy lets no form redirect to another site.
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

# --- Proxies, HTTPS and headers ---

# The proxies whose X-Forwarded headers planner.server.asgi trusts.
PROXIES = env.networks("FORWARDED_ALLOW_IPS", ["127.0.0.1"])
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SESSION_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "plans.views.page_account.csrf_failure"
# Not HttpOnly: a page that has long been open reads the newest token (js/csrf.js).
CSRF_COOKIE_SECURE = HTTPS
# The host may serve other applications, too.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{BASE_PATH}/"
# HSTS for subdomains and preloading are up to the owner of the domain.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No page has inline scripts or styles, so no exception or nonce is needed. Read by
# planner.ops.middleware, and by Django itself from version 6 on.
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

# --- Limits of requests ---

# A plan file has up to 3 MB, and three times that percent-encoded in a form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 9_500_000
# The largest form is a whole plan without JavaScript: most have a few hundred fields,
# the largest known ones some thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Static files ---

STATIC_URL = f"{BASE_PATH}/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "planner.staticfiles.BundlesFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Source maps are for whoever looks for a fault, and take longest to compress.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "gif", "woff2")
# Django's hash of a file in its name, or esbuild's.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.(?:[0-9a-f]{12}|[0-9A-Z]{8})\.\w+$"
# Development needs nothing collected: what changed is bundled when it is asked for.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION

# --- Mail ---

# The origin of links in mails.
PLANNER_URL = env.web_address(
    "PLANNER_URL",
    f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0].lstrip('.')}"
    if PRODUCTION
    else f"http://127.0.0.1:{env.number('PORT', 8000, least=1, most=65_535)}",
    hosts=ALLOWED_HOSTS,
)
# The same with BASE_PATH.
PLANNER_ADDRESS = PLANNER_URL + BASE_PATH
EMAIL_HOST = env.text("EMAIL_HOST", "")
SENDS_MAIL = bool(EMAIL_HOST) or not PRODUCTION
# Without a mail server, development prints mails, and production drops them.
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
# Port 465 uses TLS from the start, other ports STARTTLS.
EMAIL_USE_SSL = env.flag("EMAIL_TLS", True) and EMAIL_PORT == 465
EMAIL_USE_TLS = env.flag("EMAIL_TLS", True) and not EMAIL_USE_SSL
env.require_together("EMAIL_USER", "EMAIL_HOST")
env.require_together("EMAIL_USER", "EMAIL_PASSWORD")
env.require_together("EMAIL_PASSWORD", "EMAIL_USER")
if PRODUCTION:
    # Mail servers reject mail from planner@localhost.
    env.require_together("EMAIL_HOST", "EMAIL_FROM")
# Seconds; for links to set a password, a user is waiting for the page.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_address("EMAIL_FROM", "planner@localhost")

# --- Notices ---

# Whether this server sends what is in the outbox; otherwise `send_notices` does.
SENDS_NOTICES = env.flag("SEND_NOTICES", True)
# Private networks that webhooks may lead to, such as that of the company's chat.
WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS", [], may_be_all=False)

# --- Language, time and logging ---

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
LOGGING = logs.build_logging_config(
    env.choice(
        "LOG_FORMAT", "json" if PRODUCTION else "lines", among=["json", "lines"]
    ),
    env.choice("LOG_LEVEL", "INFO", among=["DEBUG", "INFO", "WARNING", "ERROR"]),
    hides_messages=PRODUCTION,
)

# --- Metrics ---

# Without a token, /metrics does not exist.
METRICS_TOKEN = env.optional_secret("METRICS_TOKEN")
