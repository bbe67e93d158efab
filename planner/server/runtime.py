"""How Python shares its time in a server: between threads, and with the collector of
cyclic garbage."""

import gc
import sys
from importlib import import_module

from django.conf import settings

# Seconds after which a thread that computes lets another go on. With Python's 5 ms, a
# save beside a page that takes long waits that time at each of its steps.
SWITCH_INTERVAL = 0.0005
# After how many new objects the youngest are looked through for garbage, and after how
# many times of that older ones are. With Python's 700, a page of a large plan has its
# rows looked through many times while every other thread waits; with 50,000, one look
# takes as long as several of 10,000.
COLLECTION_THRESHOLDS = (10_000, 10, 10)


def tune() -> None:
    """Call once, when the process has loaded nearly everything that it keeps."""
    import_module(settings.ROOT_URLCONF)  # all views, which the first request needs
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    gc.collect()
    # Code and models live as long as the process: a full collection, which takes tenths
    # of a second with them, needs not look at them.
    gc.freeze()
