"""The FastAPI peer: as its tutorial has it, typed body, look-up in a dict, typed answer with the listed measures."""

from typing import Any

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

from tests.bench.peers import told

TOLD = told()
SUBJECTS, RECEIPT, AS_OF, BEARER = TOLD["subjects"], TOLD["receipt"], TOLD["as_of"], f"Bearer {TOLD['key']}"


class Question(BaseModel):
    """What is asked."""

    scene: str
    purpose: str
    code: str | None = None
    name: str | None = None
    case: str | None = None


class Subject(BaseModel):
    """Whom the answer is about."""

    code: str | None
    name: str | None
    known: bool


class Measure(BaseModel):
    """What follows from a list entry."""

    id: str
    title: str
    effect: str
    list: str
    entry: int
    basis: tuple[str, ...]
    until: str | None


class Answer(BaseModel):
    """The same fields as ours; the receipt is a constant of the same size."""

    decision: str
    subject: Subject
    measures: tuple[Measure, ...]
    disputed: bool
    as_of: dict[str, Any]
    receipt: str


app = FastAPI()


@app.post("/v1/checks", response_model=Answer)
async def checks(question: Question, authorization: str = Header()) -> Any:
    """Look the code up; listed means blocked. No rules are evaluated, nothing is logged or signed."""
    if authorization != BEARER:
        raise HTTPException(401)
    name, measures = SUBJECTS.get(question.code) or (None, [])
    return {
        "decision": "block" if measures else "pass",
        "subject": {"code": question.code, "name": name, "known": name is not None},
        "measures": measures,
        "disputed": False,
        "as_of": AS_OF,
        "receipt": RECEIPT,
    }
