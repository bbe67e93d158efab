"""The ASGI application: Django in threads, the live feed on the event loop."""
