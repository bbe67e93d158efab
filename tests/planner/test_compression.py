"""Pages are sent compressed, and their lengths tell no secret."""

import gzip
import re

import brotli
import pytest

from tests.views.asking import signed_in, url_of

TOKEN = re.compile(rb'X-CSRFToken": "(\w+)"')
WAYS = {"br": ("gzip, br", brotli.decompress), "gzip": ("gzip", gzip.decompress)}


def page_of(client, plan, accepted="gzip, br", name="plan"):
    return client.get(url_of(name, plan), headers={"Accept-Encoding": accepted})


@pytest.mark.parametrize("way", WAYS)
def test_a_page_is_compressed_as_the_browser_takes_it(plan, alice, way):
    accepted, decompressed = WAYS[way]
    response = page_of(signed_in(alice), plan, accepted)
    assert response["Content-Encoding"] == way
    assert response["Content-Length"] == str(len(response.content))
    assert "Accept-Encoding" in response["Vary"]
    plain = signed_in(alice).get(url_of("plan", plan))
    assert "Content-Encoding" not in plain
    assert len(response.content) < len(plain.content) / 5
    page, _, behind = decompressed(response.content).partition(b"</html>")
    assert len(page) == len(plain.content.partition(b"</html>")[0])
    assert re.fullmatch(rb"\s*(<!-- [0-9a-f]* -->)?", behind)


def test_a_fragment_has_nothing_behind_it(plan, alice):
    response = page_of(signed_in(alice), plan, name="side")
    assert response["Content-Encoding"] == "gzip"
    plain = signed_in(alice).get(url_of("side", plan))
    assert len(gzip.decompress(response.content)) == len(plain.content)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_the_length_differs_and_so_does_the_token(plan, alice, way):
    accepted, decompressed = WAYS[way]
    client = signed_in(alice)
    pages = [page_of(client, plan, accepted).content for _ in range(12)]
    assert len({len(page) for page in pages}) > 3
    tokens = {TOKEN.search(decompressed(page))[1] for page in pages}
    assert len(tokens) == 12
