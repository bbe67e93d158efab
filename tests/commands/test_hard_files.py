"""That texts which are hard to read go in and come out as they were, by command."""

import io

import pytest
from django.core.management import call_command

from plans.models import Level, Risk

pytestmark = pytest.mark.slow

RISKS = "| Risk ID | Description | Impact | Likelihood | Mitigation Strategy | Owner |"
DEEP = range(200)

HARD = {
    "2,000 risks": f"# A\n\n{RISKS}\n|---|---|---|---|---|---|\n"
    + "".join(
        f"| R-{number:03} | a\\|b `x\\|y` | High | Low | Wait | Bob |\n"
        for number in range(1, 2001)
    ),
    "2,000 plain rows": "# A\n\n| A |B  |\n|---|:-:|\n" + "| é |   |\n" * 2000,
    "lists 200 deep": "# A\n\n" + "".join(f"{'  ' * n}- item {n}\n" for n in DEEP),
    "checks 200 deep": "# A\n\n" + "".join(f"{'  ' * n}- [ ] item\n" for n in DEEP),
    "numbers 200 deep": "# A\n\n" + "".join(f"{'   ' * n}1. item\n" for n in DEEP),
    "fields 200 deep": "# A\n\n" + "".join(f"{'  ' * n}- **B**: c\n" for n in DEEP),
    "a line of 200 lists": "# A\n\n" + "- " * 200 + "b\n",
    "quotations 200 deep": "# A\n\n" + ">" * 200 + " b\n",
    "brackets 200 deep": "# A\n\n- **B**: " + "[" * 200 + "c" + "]" * 200 + "\n",
    "emphasis that never ends": "# A\n\n" + "*b **c " * 2000 + "\n",
    "a fence that never ends": "# A\n\n```\n| a |\n# b\n",
    "a comment that never ends": "# A\n\n<!-- b\n\n- c\n",
    "a stray NUL": "# A\n\n- **B**: c\0d\n",
    "no heading": "nothing but a line",
    "line ends of three kinds": "# A\r\n\n- **B**: c\r- d\r\n",
}


@pytest.mark.parametrize("name", HARD)
def test_a_hard_text_goes_in_and_comes_out_as_it_was(team, alice, tmp_path, name):
    path = tmp_path / "hard.md"
    path.write_bytes(HARD[name].encode())
    out = io.StringIO()
    call_command("import_plan", path, stdout=out)
    slug = out.getvalue().split("\t")[0]
    call_command("export_plan", slug, output=tmp_path / "out.md")
    assert (tmp_path / "out.md").read_bytes() == path.read_bytes()


def test_every_row_of_a_long_table_is_a_risk(team, alice, tmp_path):
    path = tmp_path / "long.md"
    path.write_text(HARD["2,000 risks"])
    call_command("import_plan", path, stdout=io.StringIO())
    assert Risk.objects.filter(owner="Bob", impact_level=Level.HIGH).count() == 2000
