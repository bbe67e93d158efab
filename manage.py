#!/usr/bin/env python
"""The planner's commands; `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

# Whoever sets one of these has a server, or a test of one.
OF_A_SERVER = ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS")


def choose_environment() -> None:
    """Commands are typed by people on their own machine more often than on a server,
    so nothing set at all means development here. On a server that would be a guess, and
    a wrong one; the server itself assumes production."""
    told = [name for name in OF_A_SERVER if os.environ.get(name, "").strip()]
    if os.environ.get("PLANNER_ENV", "").strip():
        return
    if told:
        sys.exit(
            f"planner: {told[0]} is set and PLANNER_ENV is not. Set it to production "
            "on a server, or to development on your own machine."
        )
    os.environ["PLANNER_ENV"] = "development"


if __name__ == "__main__":
    choose_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"planner: {error}")
