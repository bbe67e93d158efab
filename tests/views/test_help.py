"""The planner's own words about itself."""

from tests.views.asking import signed_in, soup, url_of


def test_the_help_is_there_for_everybody_who_is_signed_in(client, charlie):
    answer = signed_in(charlie).get(url_of("help"))
    assert answer.status_code == 200
    assert soup(answer).find("h1")
    assert signed_in(charlie).post(url_of("help")).status_code == 405
    assert client.get(url_of("help")).status_code in (200, 302)
