"""Signing in with django-allauth. Authorization is in `plans.permissions`."""
