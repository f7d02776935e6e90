"""What is wrong with a rulebook: every fault names the file, the line and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

from xinyun.base import Refusal, Text


@dataclass(frozen=True, slots=True, order=True)
class RulebookFault:
    """One fault: `file` relative to the rulebook, `line` from 1 (0 where it concerns the whole file)."""

    file: str
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem}。{self.remedy}"


class RulebookFaults(Refusal):
    """The rulebook does not load; `faults` lists everything that is wrong with it."""

    code = "rulebook-faults"
    status = 500

    def __init__(self, faults: list[RulebookFault]) -> None:
        self.faults = sorted(faults)
        listing = "\n".join(str(fault) for fault in self.faults)
        super().__init__(
            Text(
                f"法规库有 {len(faults)} 处问题，未载入：\n{listing}\n",
                f"The rulebook has {len(faults)} faults.",
            ),
            Text("请逐条改正后重试。", "Mend each of them and try again."),
        )
