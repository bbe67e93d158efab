"""The status of sign-off: computed from versions and the audit log, never stored.

Nothing here writes to the database; `actions/` does.
"""
