"""What waits for one person, across all plans that they may see, as entries of one
shape.

`reviews`, `conversations` and `assignments` find the entries; `box` puts them together
with the person's own marks, counts them and makes pages of them; `lines` says each in
one line. Nothing here is stored: an entry is there while the records say so.
"""
