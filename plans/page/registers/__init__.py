"""What all plans that a person may see list as risks, dependencies, open questions and
metrics, and whose approval they wait for.

`specs` says what each register has; `queries` finds and counts entries, `rows` loads
those of a page, `charts` draws the counts. Approvals are computed (`approvals`).
"""
