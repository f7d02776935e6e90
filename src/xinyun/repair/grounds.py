"""On which grounds a step of an objection or a repair is refused. Pure; each carries the articles of the procedure."""

from __future__ import annotations

from xinyun.base import Refusal


class NotTheirCase(Refusal):
    """Another office handles the case."""

    code = "not-their-case"
    status = 403


class NotNow(Refusal):
    """The case is not at the point at which this is done."""

    code = "not-now"
    status = 409


class SecondOfficer(Refusal):
    """Whoever answered or verified does not decide."""

    code = "second-officer"
    status = 409


class NotWritten(Refusal):
    """A text that must be given is missing or too long."""

    code = "not-written"


class WrongDay(Refusal):
    """The day lies before a step that the case has already."""

    code = "wrong-day"


class UnknownGround(Refusal):
    """The procedure does not refuse on that ground."""

    code = "unknown-ground"


class UnknownOutcome(Refusal):
    """There is no such outcome, or not for this target."""

    code = "unknown-outcome"


class AlreadyAnswered(Refusal):
    """The same objection was decided, and nothing new is shown."""

    code = "already-answered"
    status = 409


class AlreadyOpen(Refusal):
    """A case about this record or entry is open."""

    code = "already-open"
    status = 409


class TooMany(Refusal):
    """Too many applications about one subject came from outside in one day."""

    code = "too-many"
    status = 429


class NotYet(Refusal):
    """The article does not let the record or entry be repaired, or not yet, or not while something is undone."""

    code = "cannot-be-repaired"
    status = 409


class Barred(Refusal):
    """False papers or a false commitment bar the subject from asking for a while."""

    code = "barred"
    status = 409


class NotATarget(Refusal):
    """There is nothing of that number that can be disputed or repaired."""

    code = "not-a-target"
    status = 404
