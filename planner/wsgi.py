"""Django alone, for a WSGI server: all pages, without the live feed."""

import os

from planner.server.django_handler import django_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

application = django_application()
