"""The checking client is itself what other tests rely on."""

import pytest
from django.http import HttpResponse

from tests.client import assert_fragment_matches_page, faults_of

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
