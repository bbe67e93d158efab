"""Where a plan stands with its sign-off: read from versions and records, never stored.

Nothing here writes; `actions/` does.
"""
