"""A process that sends what is in the outbox until it is killed."""

import os
import time

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "planner.settings"
    django.setup()
    from plans.notifications.sender import Outbox

    outbox = Outbox()
    print("ready", flush=True)
    while True:
        outbox.send_due()
        time.sleep(0.02)
