"""What people and teams are called."""

import pytest

from plans.models import User


@pytest.mark.parametrize(
    ("values", "name", "initials"),
    [
        ({"username": "ana"}, "ana", "A"),
        ({"username": "a", "first_name": "Ana", "last_name": "Li"}, "Ana Li", "AL"),
        ({"username": "a", "display_name": "Dr. Ana B. Li"}, "Dr. Ana B. Li", "DL"),
    ],
)
def test_a_person_has_a_name_and_initials(values, name, initials):
    user = User(**values)
    assert (user.name, user.initials) == (name, initials)
