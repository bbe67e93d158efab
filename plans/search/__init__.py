"""Search in everything that is written: one index on both database engines.

`searching.search` finds; `indexing` keeps the index; `folding` says what a word is.
"""
