"""The grounds on which a step towards a list is refused. Pure; each carries the articles of the list's procedure."""

from __future__ import annotations

from xinyun.base import Refusal


class NoProcedure(Refusal):
    """No norm in force says how the list is entered."""

    code = "no-procedure"


class NoArticle(Refusal):
    """The proposal names no article of the rulebook under which the conduct falls."""

    code = "no-article"


class NoEvidence(Refusal):
    """The proposal has no facts, or nothing that shows them."""

    code = "no-evidence"


class ConductTooMinor(Refusal):
    """Conduct of that weight does not lead to the list."""

    code = "conduct-too-minor"


class NameOnly(Refusal):
    """A name alone identifies nobody."""

    code = "name-only"


class PersonElsewhere(Refusal):
    """Decisions about natural persons are made in the deciding office's own system and arrive as records."""

    code = "person-elsewhere"


class NotTheirCase(Refusal):
    """The officer works for another office than the one that decides."""

    code = "not-their-case"
    status = 403


class SecondOfficer(Refusal):
    """Whoever proposed an entry does not decide it."""

    code = "second-officer"
    status = 403


class CaseClosed(Refusal):
    """The case has ended: the entry is effective, or it was decided not to enter, or the case was dropped."""

    code = "case-closed"
    status = 409


class AlreadyDone(Refusal):
    """The step was taken."""

    code = "already-done"
    status = 409


class NotForeseen(Refusal):
    """The list's procedure knows no such step."""

    code = "not-foreseen"


class NoticeFirst(Refusal):
    """The party, or the public, was not told yet."""

    code = "notice-first"


class PeriodRunning(Refusal):
    """The party may still state and defend itself, or the public object."""

    code = "period-running"


class TooLateToAsk(Refusal):
    """The time in which a hearing may be asked for is over."""

    code = "too-late-to-ask"


class HearingPending(Refusal):
    """A hearing was asked for and not held yet."""

    code = "hearing-pending"


class AnswerFirst(Refusal):
    """What the party stated was not verified and answered yet."""

    code = "answer-first"


class NotConsidered(Refusal):
    """The party stated something and the decision does not say how it was weighed."""

    code = "not-considered"


class NoConsent(Refusal):
    """The decision needs the consent of another office, which is not named."""

    code = "no-consent"


class DecisionFirst(Refusal):
    """There is no decision to enter that could be served."""

    code = "decision-first"


class NoProof(Refusal):
    """Service was not proved, or not by a way that is known."""

    code = "no-proof"


class RepairNoticeMissing(Refusal):
    """The repair notice goes with the decision."""

    code = "repair-notice-missing"


class WrongDay(Refusal):
    """The day lies before the step that must precede it, or in the future."""

    code = "wrong-day"
