"""Segments as files: what was appended is read back; what was torn off or changed is found and located."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xinyun.gateway.segments import ROOM, Broken, End, Frame, NoRoom, Segment, Writer, frames, length, record

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SIZES = (3, 1, 4)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A segment of three frames, which its writer closed."""
    segment = Segment(tmp_path, AT)
    for frame, size in enumerate(SIZES):
        segment.append([record(AT, f"{frame}-{n}", b'{"n":%d}' % n, "") for n in range(size)])
    segment.close()
    return segment.path


def refs(path: Path) -> list[str]:
    """The references of all records that can still be read."""
    return [ref for told in frames(path) if isinstance(told, Frame) for _, ref, _, _ in told.records]


def ends(path: Path) -> list[int]:
    return [told.end for told in frames(path)]


ALL = [f"{frame}-{n}" for frame, size in enumerate(SIZES) for n in range(size)]


def test_what_was_appended_is_read_back_in_order(written):
    told = list(frames(written))

    assert refs(written) == ALL
    assert isinstance(told[-1], End)
    assert told[0].records[1] == (int(AT.timestamp()) * 1_000_000, "0-1", b'{"n":1}', "")


def test_reading_goes_on_where_it_ended(written):
    first = next(iter(frames(written)))

    again = list(frames(written, first.end, first.digest))

    assert [len(told.records) for told in again if isinstance(told, Frame)] == [1, 4]


def test_cut_off_anywhere_it_gives_the_whole_frames_before_the_cut(written):
    whole, found = written.read_bytes(), ends(written)
    for size in range(len(whole)):
        written.write_bytes(whole[:size])
        kept = [told for told in frames(written) if isinstance(told, Frame)]
        torn = [told for told in frames(written) if isinstance(told, Broken)]

        assert [frame.end for frame in kept] == [end for end in found[:3] if end <= size]
        assert all((one.end, one.last) == (len(whole[:size].rstrip(b"\0")), True) for one in torn)
        begun = whole[max([0, 7, *found], key=lambda end: end if end <= size else -1) : size]
        assert bool(torn) == any(begun)  # nothing, or zeros alone, are room


def test_zeros_behind_a_frame_are_room_that_nothing_was_written_to(written):
    whole, found = written.read_bytes(), ends(written)
    written.write_bytes(whole[: found[1]] + bytes(len(whole) - found[1]))

    assert ends(written) == found[:2]


@pytest.mark.parametrize("kept", [4, 20, 40])
def test_a_power_cut_in_a_frame_leaves_a_torn_end_whichever_part_of_it_arrived(written, kept):
    whole, (_, start, end, _) = written.read_bytes(), ends(written)
    frame, room = whole[start:end], bytes(5000)
    for torn in (frame[:kept] + bytes(len(frame) - kept), bytes(len(frame) - kept) + frame[-kept:]):
        written.write_bytes(whole[:start] + torn + room)
        *_, last = frames(written)

        assert last == Broken(start, start + len(torn.rstrip(b"\0")), True)


def test_a_segment_has_room_while_it_is_written_and_none_once_it_is_closed(tmp_path):
    segment = Segment(tmp_path, AT)
    for place in range(3):
        segment.append([record(AT, f"{place}", b"x" * ROOM)])

        assert segment.size < segment.path.stat().st_size <= segment.size + ROOM
        assert refs(segment.path) == [f"{n}" for n in range(place + 1)]
        assert length(segment.path) == segment.size

    segment.close()
    assert segment.path.stat().st_size == segment.size == length(segment.path)


def test_a_flipped_bit_anywhere_is_found_and_located(written):
    whole, found = written.read_bytes(), ends(written)
    for place in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            written.write_bytes(changed)
            broken = [told for told in frames(written) if isinstance(told, Broken)]

            assert broken, (place, bit)
            assert broken[0].start <= place < broken[0].end
            assert broken[0].start in (0, 7, *found)


def test_what_follows_a_changed_record_is_still_read(written):
    whole, (first, *_) = written.read_bytes(), ends(written)
    changed = bytearray(whole)
    changed[first - 1] ^= 1  # the last byte of the first frame's body
    written.write_bytes(changed)

    assert refs(written) == ALL[3:]


def test_a_segment_of_another_name_is_not_believed(written):
    other = written.rename(written.with_name("other.seg"))

    assert refs(other) == ALL[3:]  # the chain begins with the name


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Files of this process can be no longer than this; what is written beyond is taken in part or not at all."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@pytest.mark.parametrize("taken", [0, 1, 50])
def test_an_append_for_which_there_is_no_room_is_as_if_it_had_not_been_tried(tmp_path, taken):
    segment = Segment(tmp_path, AT)
    segment.append([record(AT, "kept", b"{}")])

    with room_for(segment.size + taken), pytest.raises(OSError):
        segment.append([record(AT, "lost", b"{}" * 100)])

    assert segment.path.stat().st_size == segment.size
    segment.append([record(AT, "next", b"{}")])
    assert refs(segment.path) == ["kept", "next"]


def test_where_there_is_no_room_ahead_what_fits_is_written(tmp_path):
    with room_for(1000):
        segment = Segment(tmp_path, AT)
        for place in range(5):
            segment.append([record(AT, f"{place}", b"{}")])

    assert segment.path.stat().st_size == segment.size < 1000
    assert refs(segment.path) == ["0", "1", "2", "3", "4"]


def test_after_a_failure_the_next_answer_opens_another_segment(tmp_path):
    folder = tmp_path / "answered"
    folder.write_text("in the way")  # no folder can be made here
    writer = Writer(folder)
    with pytest.raises(NoRoom) as refused:
        writer.append([record(AT, "lost", b"{}")], AT)
    assert refused.value.status == 503

    folder.unlink()
    writer.append([record(AT, "kept", b"{}")], AT)
    writer.turn()

    (path,) = folder.glob("*.seg")
    assert refs(path) == ["kept"]
