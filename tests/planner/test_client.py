"""The checking client is itself what other tests rely on."""

import pytest
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from tests.client import (
    assert_fragment_matches_page,
    faults_of,
    faults_read,
    is_surely_clean,
)

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        "<p style='color: red'>x</p>",
        "<p onclick='go()'>x</p>",
        "<p hx-on:click='go()'>x</p>",
        "<p hx-vals='js:{a: 1}'>x</p>",
        "<p>{{ plan.title }}</p>",
        "<p>{% if x %}</p>",
        "<p hx-get='/plans/{{ slug }}/'>x</p>",
        "<p id=a></p><p id=a></p>",
    ],
)
def test_client_refuses(html):
    assert len(faults_of(html)) == 1


@pytest.mark.parametrize(
    "html",
    [
        "<script src='/static/js/plan.js' type=module></script>",
        "<script id=data type='application/json'>{}</script>",
        "<textarea>{{ mine }}</textarea><pre><code>{% mine %}</code></pre>",
        "<input value='{{ mine }}'>",
        "<p id=a></p><p id=b></p><p></p><p></p>",
        "<tr id=row-1><td>a lone row</td></tr>",
    ],
)
def test_client_accepts(html):
    assert faults_of(html) == []


PIECES = [
    *(
        "<p",
        "<tr ",
        "<SCRIPT",
        "<style",
        "<textarea",
        "<!--",
        "-->",
        "</p>",
        "</textarea>",
    ),
    *(" id=", "id=a", ' id="a"', " ID='a'", ' id="b"', ' id="&#97;"', '"id="a"'),
    *(' aria-describedby="a"', " aria-describedby=b", "<main>"),
    *(' onclick="x"', " onclick", " hx-on:click=x", "/on=x", ' style="x"', " style"),
    *(' hx-get="js:x"', " hx-get=javascript:x", ' hx-get="&#106;s:x"', ' src="x"'),
    *("{{", "{%", "&#123;&#x7B;", '"', "'", ">", "<", "=", " ", "\n", "on ", "a"),
    *(' type="application/json"', "<script", "<script src=x>", "</script>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_a_glance_overlooks_nothing(html):
    assert not is_surely_clean(html, "/") or faults_read(html, "/") == []


def test_a_glance_is_enough_for_most_pages(client, plan, alice):
    client.force_login(alice)
    for path in ("/", f"/plans/{plan.slug}/"):
        assert is_surely_clean(client.get(path).content.decode(), path)


PAGE = HttpResponse(
    "<main><tr id=r class='a b'><td>  1\n</td>"
    "<td><input name=csrfmiddlewaretoken value=one></td></tr></main>"
)


def test_fragment_is_the_pages_part_whatever_the_token_and_the_spaces():
    fragment = HttpResponse(
        "<tr class='a b' id=r><td>1</td>\n"
        "<td><input value=two name=csrfmiddlewaretoken></td></tr>"
    )
    assert_fragment_matches_page(fragment, PAGE, "#r")


@pytest.mark.parametrize("html", ["<tr id=r><td>1</td></tr>", "<p></p>", ""])
def test_fragment_that_differs_is_told(html):
    with pytest.raises(AssertionError):
        assert_fragment_matches_page(HttpResponse(html), PAGE, "#r")
