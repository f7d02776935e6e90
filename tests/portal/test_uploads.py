"""How large a request may be, by where it goes."""

from __future__ import annotations

import pytest
from django.conf import settings

from xinyun.portal.uploads import LARGEST_BODY, NoLength, TooLarge, check, largest

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize(
    ("path", "takes_files"),
    [
        ("/api/v1/batches", True),
        ("/api/v1/uploads/0123", True),
        ("/console/collection", True),
        ("/en/console/collection", True),
        ("/console/collection/template", False),
        ("/console/returned/settle", False),
        ("/api/v1/records/penalty", False),
    ],
)
def test_only_where_files_are_taken_a_body_may_be_as_large_as_one(path: str, takes_files: bool) -> None:
    assert largest(path) == (settings.XINYUN.upload_limit if takes_files else LARGEST_BODY)


@pytest.mark.parametrize(("declared", "encoding"), [("", "chunked"), ("-1", ""), ("²", ""), ("1e9", "")])
def test_a_length_that_is_none_is_refused(declared: str, encoding: str) -> None:
    with pytest.raises(NoLength):
        check(declared, encoding)
    with pytest.raises(TooLarge):
        check(str(LARGEST_BODY + 1), "")
