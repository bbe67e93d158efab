"""The only code that writes. One action, one transaction, one Change.

Every action takes keyword arguments and an actor, never a request, and goes: may I,
is it sound, claim the version, write, record.
"""
