"""Notifying people and processes of what a transaction did, once it is committed."""
