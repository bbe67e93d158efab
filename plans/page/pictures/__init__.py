"""Pictures of a plan: what is in its tables and phases, drawn next to them as SVG.

View models (`risks`, `phases`, `dependencies`, `completeness`) are made from a Document
alone; `placement` says which section shows which, `picture_html` writes them. None of
it is in the file.
"""
