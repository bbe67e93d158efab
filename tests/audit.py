"""Whether a locked package has a known hole, by pip-audit: `make audit`.

What was not looked at is told, and never taken for safe. Where there is no network, or
no index that knows about holes, there is nothing to ask: that is said, and is no error.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCKED = Path(__file__).resolve().parents[1] / "requirements.txt"


def main() -> int:
    program = Path(sys.executable).with_name("pip-audit")
    command = [program, "--requirement", LOCKED, "--disable-pip", "--format", "json"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off"], capture_output=True, text=True
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        print("Not audited, for pip-audit reached nobody:")
        print((done.stderr.strip() or "it said nothing").splitlines()[-1])
        return 0
    return report(packages)


def report(packages: list[dict]) -> int:
    skipped = [package for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        print("Not audited: the index here knows nothing about any of these packages.")
        return 0
    holes = 0
    for package in packages:
        for hole in package.get("vulns", []):
            holes += 1
            mended = ", ".join(hole["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {hole['id']}, in {mended}")
    for package in skipped:
        print(f"{package['name']}: not audited: {package['skip_reason']}")
    print(f"{len(packages) - len(skipped)} packages audited, {holes} holes known.")
    return 1 if holes or skipped else 0


if __name__ == "__main__":
    sys.exit(main())
