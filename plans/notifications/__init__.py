"""Telling people and processes what happened, when its transaction is committed."""
