"""Evidence that holds without the planner: who signed a plan.md, and is this it?

Pure Python: no Django, no settings, no database, no network. The planner writes with it
what `python -m planner_evidence` reads, so both share one knowledge of the format
(docs/decisions/0018-evidence.md).
"""
