import json

import pytest

from tests.bench import __main__ as bench
from tests.bench._server import Failed

pytestmark = pytest.mark.once


def test_figures_are_one_line():
    assert bench.line("page", {"p95": 12.3456, "plans": 3}) == "page p95=12.35 plans=3"


def test_a_run_of_some_keeps_the_figures_of_the_others(tmp_path):
    path = tmp_path / "var" / "bench.json"
    bench.keep({"page": [{"ms": 1}], "save": [{"ms": 2}]}, path)
    bench.keep({"page": [{"ms": 3}]}, path)
    assert json.loads(path.read_text()) == {"page": [{"ms": 3}], "save": [{"ms": 2}]}


def test_what_is_wrong_is_told_after_the_figures(tmp_path, monkeypatch, capsys):
    def run():
        yield {"lost": 3}
        raise Failed("3 saves were lost.")

    monkeypatch.setattr(bench, "names", lambda: ["crash"])
    monkeypatch.setattr(bench, "KEPT_IN", tmp_path / "bench.json")
    monkeypatch.setattr("tests.bench.crash.run", run)
    assert bench.main(["crash"]) == "crash: 3 saves were lost."
    assert capsys.readouterr().out == "crash lost=3\n"


def test_an_unknown_name_is_refused_with_the_known_ones():
    assert "No measurement is called speed." in bench.main(["speed"])
