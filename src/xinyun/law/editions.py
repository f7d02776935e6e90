"""An edition may say only what differs from an earlier one: `like` names that one's first day."""

from __future__ import annotations

from typing import Any

from xinyun.law.faults import RulebookFault
from xinyun.law.reading import NormFile


def spread(norm: NormFile) -> list[RulebookFault]:
    """Write out every edition that leans on an earlier one; a note is about its own edition and is not taken over."""
    content = norm.content if isinstance(norm.content, dict) else {}
    values = content.get("values")
    if not isinstance(values, dict):
        return []
    faults, whole = [], dict[str, Any]()
    for since, edition in sorted(values.items(), key=lambda pair: str(pair[0])):
        if not isinstance(edition, dict) or "like" not in edition:
            whole[since] = edition
            continue
        model = whole.get(edition["like"])
        if not isinstance(model, dict):
            faults.append(
                norm.fault(
                    ["values", since, "like"],
                    f"没有更早的 {edition['like']} 这一版",
                    "写已有的、更早的一版的施行日 (name an earlier edition)",
                )
            )
            continue
        inherited = {key: value for key, value in model.items() if key != "note"}
        whole[since] = inherited | {key: value for key, value in edition.items() if key != "like"}
    content["values"] = {since: whole[since] for since in values if since in whole}
    return faults
