"""What officers write towards an entry, checked before anything is kept: whom it is about, texts, evidence, consent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xinyun.base import Text
from xinyun.base.identifiers import is_resident_id, normalise
from xinyun.listing import grounds
from xinyun.listing.rules import CONDUCTS, HEARD, Case, Terms, level

LONGEST = 2000
"""Characters of a text that an officer writes."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows the facts: in words, the document that holds it, and the SHA-256 of its file where there is one."""

    what: str
    document: str
    sha256: str = ""


def demand_code(code: str, known: Terms) -> None:
    written = normalise(code)
    if not written:
        raise grounds.NameOnly(
            Text("没有代码，仅凭名称不能列入任何人。", "There is no code: a name alone lists nobody."),
            Text("请填写统一社会信用代码。", "Give the unified social credit code."),
            known.credit_list.basis,
            (("code", Text("必填", "required")),),
        )
    if is_resident_id(written):
        raise grounds.PersonElsewhere(
            Text("自然人的列入不在这里办理。", "Natural persons are not entered here."),
            Text(
                "请在本单位的系统里决定，凭报送的记录列入。",
                "Decide it in your own system; the record that you furnish enters it.",
            ),
            known.credit_list.basis,
            (("code", Text("须为统一社会信用代码", "a unified social credit code")),),
        )


def text(field: str, text: str, known: Terms) -> str:
    """A text that an officer must write.

    :raises NoEvidence: it is missing or too long.
    """
    written = text.strip()
    if 0 < len(written) <= LONGEST:
        return written
    raise grounds.NoEvidence(
        Text(
            f"{field} 没有填写，或者超过 {LONGEST} 字。",
            f"{field} is missing or longer than {LONGEST} characters.",
        ),
        Text("请填写。", "Write it."),
        known.basis,
        ((field, Text("必填", "required")),),
    )


def evidence(evidence: Sequence[Evidence], known: Terms) -> list[Evidence]:
    found = [
        Evidence(one.what.strip(), one.document.strip(), one.sha256.strip().lower())
        for one in evidence
        if one.what.strip() or one.document.strip()
    ]
    wrong = [one for one in found if one.sha256 and not _SHA256.fullmatch(one.sha256)]
    if found and not wrong and all(one.what and one.document for one in found):
        return found
    raise grounds.NoEvidence(
        Text("没有证据，或者证据没有写全。", "There is no evidence, or it is not told in full."),
        Text(
            "每项证据写明内容和文书；文件的 SHA-256 可以不填，填了须为 64 位十六进制。",
            "Say of each what it shows and which document holds it; a SHA-256, where given, has 64 digits.",
        ),
        known.basis,
        (("evidence", Text("必填", "required")),),
    )


def demand_conduct(conduct: str, known: Terms) -> None:
    """Check that conduct of this weight may lead to the list.

    :raises ConductTooMinor: it may not, or is none of `CONDUCTS`.
    """
    if conduct in CONDUCTS and (not known.norm.conduct or conduct in known.norm.conduct):
        return
    wanted = known.norm.conduct or CONDUCTS
    raise grounds.ConductTooMinor(
        Text(
            f"「{known.credit_list.title}」不列入这样轻重的行为。",
            f"Conduct of this weight ({conduct[:20] or 'none'}) does not lead to {known.credit_list.id}.",
        ),
        Text(
            f"只列入{'、'.join(_WEIGHTS[one].zh for one in wanted)}的；轻微的可以提示、约谈。",
            f"It takes {', '.join(wanted)} conduct.",
        ),
        known.basis,
        (("conduct", Text("轻重不合", "not grave enough")),),
    )


_WEIGHTS = {
    "minor": Text("轻微", "minor"),
    "general": Text("一般", "general"),
    "serious": Text("严重", "serious"),
}


def demand_considered(case: Case, considered: str, known: Terms) -> None:
    """Check that a decision says how what was stated was weighed, where no answer to the party has said it.

    :raises NotConsidered: something was stated, or a hearing held, and it does not.
    """
    if not considered.strip() and (case.unanswered or case.last(HEARD)):
        raise grounds.NotConsidered(
            Text(
                "决定没有写明怎样复核陈述、申辩。", "The decision does not say how the statement was weighed."
            ),
            Text("请写明采纳与否和理由。", "Say whether it is upheld, and why."),
            known.basis,
            (("considered", Text("必填", "required")),),
        )


def demand_consent(consent: str, known: Terms) -> None:
    """Check that a decision names the consent that it needs.

    :raises NoConsent: an office of this level needs one and none is named.
    """
    needed = known.norm.consent
    if needed and level(known.office) in needed.levels and not consent.strip():
        raise grounds.NoConsent(
            Text(f"决定须经{needed.of}同意。", "The decision needs another office's consent."),
            Text("请填写同意的文号或批准记录。", "Name the document of the consent."),
            known.basis,
            (("consent", Text("必填", "required")),),
        )
