"""What the public may see of a record, and until when; what a change of registration says of before. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from xinyun.base import Basis, Decision, Reason, Text
from xinyun.base.period import NO_END, add_months
from xinyun.law import Item, Law, NotInForce

SHOWN, HIDDEN = "shown", "hidden"
CHANGE = "registration-change"
"""The item in which a registry tells what it changed."""
NAME = "名称"
"""The label of changes of name in the code list `changed-matter`."""


def publicity(item: Item, content: dict[str, Any], norms: Law, day: date) -> Decision:
    """Whether a record may be shown to the public on `day`, and until which day.

    `norms` is the law of the day that counts for this record: the day of its decision, for a decision made
    under one regulation keeps its term. Outcome `shown` or `hidden`; a reason's `until` is the first day on
    which the record is no longer shown. Rests on the item's publicity in the catalogue and, for adverse
    records, on the terms of 国家发展改革委令第58号 and 第36号. An end that the record itself names counts where it
    is the earlier one.
    """
    if item.publicity != "public":
        return Decision(
            HIDDEN,
            (
                Reason(
                    "not-public", Text("目录规定不向社会公开", "not public under the catalogue"), item.basis
                ),
            ),
        )
    if item.publicity_norm:
        return _by_norm(item, content, norms, day)
    end = written_end(item, content)
    if end:
        return _until(end, item.basis, day)
    return Decision(SHOWN, (Reason("in-force", Text("长期公示", "shown without end"), item.basis),))


def written_end(item: Item, content: dict[str, Any]) -> date | None:
    """The first day on which a record's own end says that it is no longer shown; `None` where it names none.

    An `end-date` is the last day that still counts, as documents print it (公示截止期); a plain `date` is the day of
    an act that ends something (移出日期), on which it has ended.
    """
    text = content.get(item.publicity_field) if item.publicity_field else None
    if not text or text in NO_END:
        return None
    inclusive = item.field(item.publicity_field).type == "end-date"
    return date.fromisoformat(text) + timedelta(days=1 if inclusive else 0)


def penalty_tiers(text: str | None, term: dict[str, Any]) -> list[dict[str, Any]]:
    """The tiers of a decision's penalty classes; one decision may join several kinds by a separator.

    A kind that no tier names is of the tier `otherwise`: a warning joined with it is no mere warning.
    """
    parts = [part.strip() for part in re.split("[；;，,、|\n]", text or "") if part.strip()]
    tiers, otherwise = term["tiers"], term["tiers"][term["otherwise"]]
    by_class = {named: tier for tier in tiers.values() for named in tier["penalty_classes"]}
    return [by_class.get(part, otherwise) for part in parts] or [otherwise]


def governing_tier(text: str | None, term: dict[str, Any]) -> dict[str, Any]:
    """Where several kinds of penalty are joined, the one with the longest term governs (第58号令)."""
    return max(penalty_tiers(text, term), key=lambda tier: tier["maximum_months"])


def _by_norm(item: Item, content: dict[str, Any], norms: Law, day: date) -> Decision:
    """Before the first regulation of terms there was no nationwide publicity, so nothing older is shown."""
    try:
        term = norms.norm("repair", item.publicity_norm)
    except NotInForce:
        return Decision(
            HIDDEN,
            (
                Reason(
                    "before-terms",
                    Text("作出时尚无公示期限规定，不公示", "older than the rules on terms"),
                    item.basis,
                ),
            ),
        )
    return _by_tier(item, content, term, day)


def _by_tier(item: Item, content: dict[str, Any], term: dict[str, Any], day: date) -> Decision:
    basis = tuple(Basis(source, article) for source, article in term["basis"])
    tier = governing_tier(content.get(term["class_field"]), term)
    if not tier["shown"]:
        return Decision(
            HIDDEN,
            (
                Reason(
                    "tier-not-shown",
                    Text(f"{tier['title']}，依规不公示", "of a tier that is not shown"),
                    basis,
                ),
            ),
        )
    longest = add_months(date.fromisoformat(content[item.display.date]), tier["maximum_months"])
    own = written_end(item, content)
    return _until(own, item.basis, day) if own and own < longest else _until(longest, basis, day)


def _until(end: date, basis: tuple[Basis, ...], day: date) -> Decision:
    if day < end:
        return Decision(
            SHOWN,
            (
                Reason(
                    "term",
                    Text(f"公示至 {end - timedelta(days=1)}", f"shown through {end - timedelta(days=1)}"),
                    basis,
                    end,
                ),
            ),
        )
    return Decision(
        HIDDEN,
        (Reason("term-ended", Text(f"公示期已于 {end} 届满", f"its term ended on {end}"), basis, end),),
    )


def changed(content: Mapping[str, Any], matter: str, now: Law) -> tuple[str, str] | None:
    """What a change of registration says of a matter: the words before it and after it, each empty where it says none.

    `None` where the record is about another matter, or does not say on which day the change was. A former name that a
    record names makes it one of the name, of which it tells no more where it says that it is about something else. Rests
    on the code list `changed-matter`.
    """
    if not content.get("changed_on"):
        return None
    former = str(content.get("former_name") or "") if matter == NAME else ""
    words, listed = str(content.get("change_item") or "").strip(), now.codes("changed-matter")
    label = listed.spellings.get(words) or next((one for one in listed.labels if one in words), "")
    if label == matter:
        return former or str(content.get("before_change") or ""), str(content.get("after_change") or "")
    return (former, "") if former else None
