#!/usr/bin/env python
"""The planner's commands; `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # Commands are typed by people on their own machine more often than on a server,
    # and none of them serves strangers. The server itself assumes production.
    os.environ.setdefault("PLANNER_ENV", "development")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"planner: {error}")
