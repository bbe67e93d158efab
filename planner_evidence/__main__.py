"""`python -m planner_evidence plan.md --approvals plan.approvals.json --keys FILE`"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from planner_evidence.report import CANNOT, as_json, as_page, ending
from planner_evidence.verify import verify_files


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="verify_plan",
        description="Say whether a plan.md is the one that an approvals file is about, "
        "and who signed it. Needs no planner and no network. Ends with 0 for an "
        "approved version, 1 when something was changed, 2 when a file cannot be read, "
        "3 when no one had signed it, 4 when sign-offs were missing, 5 when someone "
        "objected, 6 when the plan had gone on.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--approvals", type=Path, required=True, metavar="FILE")
    parser.add_argument(
        "--keys",
        type=Path,
        required=True,
        metavar="FILE",
        help="what the planner shows at /.well-known/planner-keys, kept since",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args(arguments)
    try:
        files = [
            path.read_bytes()
            for path in (options.file, options.approvals, options.keys)
        ]
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return CANNOT
    report = verify_files(*files)
    page = as_json(report) if options.json else as_page(str(options.file), report)
    sys.stdout.buffer.write(page.encode("utf-8", "backslashreplace"))
    return ending(report)


if __name__ == "__main__":
    sys.exit(main())
