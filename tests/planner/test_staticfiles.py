"""Collecting as the image does it: in production, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
COLLECT = """
import sys

import django
from django.conf import settings
from django.core.management import call_command

settings.STATIC_ROOT = sys.argv[1]
django.setup()
call_command("collectstatic", interactive=False, verbosity=0)
"""


@pytest.mark.slow
def test_files_are_collected_under_names_that_hold_their_hash(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", COLLECT, tmp_path],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "planner.settings",
            "SECRET_KEY": "a secret of tests that protects nobody",
            "ALLOWED_HOSTS": "plans.example.org",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    for name in ("js/pages/plan.js", "js/feed/worker.js", "css/index.css"):
        assert names[name] != name
        collected = (tmp_path / names[name]).read_text()
        for smaller in (".br", ".gz"):
            assert (tmp_path / f"{names[name]}{smaller}").exists()
        # The bundle, and not its source.
        assert "import " not in collected.partition("sourceMappingURL")[0]
    assert not any(name.startswith(("django_htmx", "js/editor")) for name in names)
