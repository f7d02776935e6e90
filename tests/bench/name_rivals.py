"""Other matchers on the same pairs of names: how alike each says two names are, and from where it calls them one.

nomenklatura is no part of the bench extra: it needs PyICU, which is built from source against the ICU library. Where it
has been installed by hand (`pip install nomenklatura`), it is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.measure import NotMeasured

Score = Callable[[str, str], float]


@dataclass(frozen=True)
class Matcher:
    """A matcher and the score from which it calls two names the same."""

    name: str
    score: Score
    same_from: float


def rapidfuzz_ratio() -> Matcher:
    """rapidfuzz's ratio of the characters, from 0.85."""
    from rapidfuzz import fuzz

    return Matcher("rapidfuzz ratio", lambda left, right: fuzz.ratio(left, right) / 100, 0.85)


def jaro_winkler() -> Matcher:
    """Jaro-Winkler, the core of Watchman, from 0.85."""
    from rapidfuzz.distance import JaroWinkler

    return Matcher("Jaro-Winkler", JaroWinkler.similarity, 0.85)


def nomenklatura(algorithm: str) -> Callable[[], Matcher]:
    """One of nomenklatura's algorithms over companies with a name each, from its own default threshold of 0.7."""

    def make() -> Matcher:
        try:
            from followthemoney import model
            from nomenklatura.matching import ScoringConfig, get_algorithm
        except ImportError as error:
            raise NotMeasured(f"nomenklatura {algorithm}: {error}") from None
        found, config = get_algorithm(algorithm), ScoringConfig.defaults()

        def company(name: str) -> object:
            # logic-v2 remembers what it made of an entity by its id, so each name needs its own
            return model.get_proxy({"id": name, "schema": "Company", "properties": {"name": [name]}})

        def score(left: str, right: str) -> float:
            return float(found.compare(company(left), company(right), config).score)

        return Matcher(f"nomenklatura {algorithm}", score, 0.7)

    return make


RIVALS = (nomenklatura("regression-v1"), nomenklatura("logic-v2"), rapidfuzz_ratio, jaro_winkler)
