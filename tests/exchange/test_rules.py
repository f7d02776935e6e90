"""Places are read as they are written and sort as messages came; the waits grow to a bound; signatures are the standard's."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xinyun.exchange.rules import ENTERED, RECORDED, REMOVED, Cursor, next_try, signature

AT = datetime(2026, 11, 20, tzinfo=UTC)
NUMBERS = st.integers(0, 10**18 - 1)
CURSORS = st.builds(Cursor, NUMBERS, st.integers(0, 9), NUMBERS)


@given(CURSORS)
def test_a_place_is_read_as_it_was_written(cursor: Cursor) -> None:
    assert Cursor.read(str(cursor)) == cursor


@given(st.text(max_size=30))
def test_a_text_is_a_place_of_three_numbers_or_a_change_or_none(text: str) -> None:
    found = Cursor.read(text)

    assert (
        found is None or str(found) == ".".join(str(int(part)) for part in text.split(".")) or "." not in text
    )


def test_texts_that_are_no_place() -> None:
    for text in ("", ".", "1.2", "1.2.3.4", "-1", "1.10.0", "1.x.1", "１.1.1", "9" * 19):
        assert Cursor.read(text) is None


@given(NUMBERS, NUMBERS)
def test_the_number_of_a_change_means_after_all_of_it(seq: int, id: int) -> None:
    after = Cursor.read(str(seq))

    assert after
    assert Cursor(seq, REMOVED, id) < Cursor(seq, ENTERED, 0) < Cursor(seq, RECORDED, id) < after
    assert after < Cursor(seq + 1, REMOVED, 0)


@given(st.integers(1, 10_000))
def test_the_waits_double_up_to_a_quarter_of_an_hour(failures: int) -> None:
    wait = next_try(failures, AT) - AT

    assert wait == min(timedelta(seconds=5) * 2 ** min(failures - 1, 8), timedelta(minutes=15))
    assert next_try(failures + 1, AT) >= next_try(failures, AT)


def test_the_signature_is_that_of_the_standard() -> None:
    # The example in the documentation of Standard Webhooks.
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
