"""The live feed: from a Change to every open browser (docs/decisions/0005).

`targets` finds the parts of a page that changes affect, `fragments` renders them, and
`updates` puts both together for a page at a given change number. `broker` wakes the
open streams of a process, by one `channel` for each plan; `stream` serves them.
"""
