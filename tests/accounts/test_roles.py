"""What a person may do."""

from __future__ import annotations

import pytest

from xinyun.accounts.models import User

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize(
    ("told", "may"),
    [
        ({"office": "52.tax", "role": "clerk"}, True),
        ({"office": "", "role": "clerk"}, False),  # of no office would be of every office
        ({"office": "52.tax", "role": ""}, False),
        ({"office": "52.tax", "role": "clerk", "is_active": False}, False),
        ({"office": "52.tax", "role": "auditor"}, False),
    ],
)
def test_a_person_holds_a_role_for_an_office(told: dict[str, object], may: bool) -> None:
    assert User(username="one", **told).holds("clerk") is may
