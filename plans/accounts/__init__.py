"""Signing in: where django-allauth is made ours. Who may do what is `access`'s."""
