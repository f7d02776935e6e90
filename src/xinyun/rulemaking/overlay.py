"""Released texts as files over the rulebook that came with the program, and a draft tried over both."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import date
from pathlib import Path

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.law import Rulebook, RulebookFault, RulebookFaults
from xinyun.law.in_use import STAMP, default_folder, make_ready, released_folder
from xinyun.plumbing.writing import arriving
from xinyun.rulemaking import cases
from xinyun.rulemaking.models import Draft


class DraftFaulty(Refusal):
    """With this draft the rulebook would not hold; `faults` lists why."""

    code = "draft-faulty"

    def __init__(self, faults: list[RulebookFault]) -> None:
        self.faults = sorted(faults)
        super().__init__(
            Text(
                f"草案有 {len(faults)} 处问题，没有保存。",
                f"The draft has {len(faults)} faults and was not saved.",
            ),
            Text("请逐条改正后再交。", "Mend each of them and send it again."),
            fields=tuple((fault.file, Text(str(fault), str(fault))) for fault in self.faults),
        )


def released_texts() -> dict[str, str]:
    """The file names and texts that were released here, each file as its latest release has it."""
    rows = Draft.objects.filter(outcome__released=True).order_by("outcome__seq")
    return {row.file: row.text for row in rows}


def prove(file: str, text: str, on: date) -> Rulebook:
    """Give the rulebook in use with this text in the place of a file, loaded, checked, its worked cases carried out.

    :raises DraftFaulty: with every fault, also where law in force on `on` would be changed.
    """
    with tempfile.TemporaryDirectory() as folder:
        over = Path(folder)
        for name, released in released_texts().items():
            _put(over / name, released)
        _put(over / file, text)
        try:
            book = Rulebook(default_folder(), over)
            faults = [*book.frozen(), *book.past_changed(law.rulebook(), on), *cases.failing(book)]
        except RulebookFaults as refused:
            faults = refused.faults
    if faults:
        raise DraftFaulty(list(dict.fromkeys(faults)))
    return book


def lay_out() -> int:
    """Write every released text into the home's folder of released norms; doing it again changes nothing.

    The files are derived from the releases in the store: where they were lost, this brings them back.
    """
    folder, texts = released_folder(), released_texts()
    stale = [name for name, text in texts.items() if not _holds(folder / name, text)]
    for name in stale:
        _put(folder / name, texts[name])
    told = digest("".join(texts.values()))
    if texts and (stale or not _holds(folder / STAMP, told)):  # a kill may have come before the stamp
        make_ready()
        with arriving(folder / STAMP) as stamp:
            stamp.write(told.encode())
    return len(stale)


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with arriving(path) as out:
        out.write(text.encode())


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
