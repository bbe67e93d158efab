"""The settings that tests run under: development's, made quick and left-over free."""

import os

# Set in the environment, so that programs which tests start have them too.
os.environ.setdefault("PLANNER_ENV", "development")
os.environ.setdefault("SECRET_KEY", "a secret of tests that protects nobody")

from planner.settings import *  # noqa: E402, F403
from planner.settings import CACHES, DATABASES, VAR_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # In a file, for threads of a real server share it; two runs at a time do not.
    _database["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
    _database["OPTIONS"]["init_command"] += "; PRAGMA synchronous = OFF"
else:
    # A pool's connections would keep the test database from being dropped.
    del _database["OPTIONS"]["pool"]
# Threads of a test's server end with the test.
_database["CONN_MAX_AGE"] = 0
# No page needs more at a time, and each test's server starts and ends them all.
THREADS = 4
# One process, which conftest.py has forget between tests what it counted; what several
# processes share is tried with processes of their own.
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
