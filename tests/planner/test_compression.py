"""Pages are sent compressed, and their lengths tell no secret."""

import gzip
import re

from tests.views.asking import signed_in, url_of

TOKEN = re.compile(rb'X-CSRFToken": "(\w+)"')


def page_of(client, plan):
    return client.get(url_of("plan", plan), headers={"Accept-Encoding": "gzip, br"})


def test_a_page_is_compressed_for_browsers_that_take_it(plan, alice):
    response = page_of(signed_in(alice), plan)
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    plain = signed_in(alice).get(url_of("plan", plan))
    assert "Content-Encoding" not in plain
    assert len(response.content) < len(plain.content) / 5
    assert len(gzip.decompress(response.content)) == len(plain.content)


def test_the_length_differs_and_so_does_the_token(plan, alice):
    client = signed_in(alice)
    pages = [page_of(client, plan).content for _ in range(12)]
    assert len({len(page) for page in pages}) > 3
    tokens = {TOKEN.search(gzip.decompress(page))[1] for page in pages}
    assert len(tokens) == 12
