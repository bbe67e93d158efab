"""A database that older code made, and what that code answered about it.

`sign_off.sql.gz` is a SQLite dump of plans in every state of sign-off, which `make.py`
wrote at commit c822e40; `sign_off.json` holds what `answers.py` answered there. Both
stay as they are for ever: what was signed must say the same under any later code.
"""
