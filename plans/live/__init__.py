"""The live feed: from a Change to every open browser.

`targets` tells which parts of a page changes touch, `fragments` renders them, `log`
reads both for a page that is at some number. `broker` wakes a process's open streams,
`stream` answers them (docs/decisions/0005).
"""
