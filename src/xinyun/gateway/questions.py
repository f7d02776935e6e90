"""What may be asked: a question in normal form, or the refusal that says what is wrong with it."""

from __future__ import annotations

import re
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from xinyun.base import Refusal, Text
from xinyun.base.identifiers import USCC_ALPHABET, is_resident_id, is_uscc, lookalike_proposal, normalise
from xinyun.law import Law, Scene, UnknownNorm
from xinyun.subjects.queries import CARD, hash_of

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
LIMITS = {"scene": 80, "purpose": 200, "name": 200, "case": 100}
_TITLES = {
    "scene": "场景",
    "purpose": "查询事由",
    "code": "统一社会信用代码",
    "name": "名称",
    "case": "办件编号",
}
_PERSON = "id_number"
_ALL_TITLES = _TITLES | {_PERSON: "身份证号"}

Fields = tuple[tuple[str, Text], ...]


class Malformed(Refusal):
    """Fields of the question are missing or wrong; `fields` says which and why."""

    code = "malformed-question"


class SceneNotGranted(Refusal):
    """The client may not ask in this scene."""

    code = "scene-not-granted"
    status = 403


class NotForPersons(Refusal):
    """The scene does not name natural persons among those who may be asked about in it."""

    code = "not-for-persons"


class NotTheirScene(Refusal):
    """The client's office is not of the department that the scene names, and in it nobody else asks about persons."""

    code = "not-their-scene"
    status = 403


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One check that is asked. `ref` names it in the ledger, where it is logged exactly once.

    `repeatable` when its client chose `ref`, and may send the question again under it.

    With a `code`, a `name` is only compared; a `name` alone finds candidates. `person` is the keyed hash of a natural
    person's number (see `of_person`), and excludes both.
    """

    scene: str
    purpose: str
    client: str
    office: str = ""
    code: str | None = None
    name: str | None = None
    case: str | None = None
    person: str | None = None
    ref: str = msgspec.field(default_factory=lambda: uuid4().hex)
    repeatable: bool = False


def admit(asked: Question, now: Law, granted: frozenset[str] | None = None) -> Question:
    """Bring a question into normal form; `granted` are the client's scenes, `None` for the platform's own staff.

    :raises Malformed: with every field that is wrong.
    :raises NotInForce: the scene is not in force on that day.
    :raises SceneNotGranted: the scene is not among the client's.
    :raises NotForPersons, NotTheirScene: a person, in a scene that has none or is another department's.
    """
    wrong: list[tuple[str, Text]] = []
    scene, purpose = _cleaned("scene", asked.scene, wrong), _cleaned("purpose", asked.purpose, wrong)
    name, case = _cleaned("name", asked.name, wrong), _cleaned("case", asked.case, wrong)
    code = (normalise(asked.code) or None) if asked.code else None
    if asked.person:
        wrong += _person_faults(code, name, case)
    elif code is None or not is_uscc(code):
        wrong += _subject_faults(code, name)
    wrong += _scene_faults(scene, purpose, now)
    if wrong or scene is None or purpose is None:
        raise _malformed(tuple(wrong))
    if granted is not None and scene not in granted:
        raise _not_granted(scene)
    if asked.person:
        _demand_persons_scene(now.scene(scene), asked.office, now)
    if (scene, purpose, code, name, case) == (asked.scene, asked.purpose, asked.code, asked.name, asked.case):
        return asked
    return replace(asked, scene=scene, purpose=purpose, code=code, name=name, case=case)


def of_person(asked: Question, number: str) -> Question:
    """The question about whom a resident identity number is of, by its keyed hash; the number goes no further.

    :raises Malformed: it is no such number, or was written into another field too, where it would be kept.
    """
    plain = normalise(number)
    if not is_resident_id(plain):
        raise person_refused(
            Text(f"应为 18 位，所填为 {len(plain)} 位", f"must have 18 characters, has {len(plain)}")
            if len(plain) != 18
            else Text("出生日期或校验位不对，请对照证件逐位核对", "its birth date or check digit is wrong")
        )
    if any(plain in normalise(text) for text in (asked.scene, asked.purpose, asked.case or "", asked.ref)):
        raise person_refused(
            Text("不得再写进其他字段或 Idempotency-Key", "must be in no other field, nor the Idempotency-Key")
        )
    return replace(asked, person=hash_of(CARD, plain))


def person_refused(why: Text) -> Malformed:
    """The refusal of a person's number; it is not told back."""
    return _malformed(((_PERSON, why),))


def demand_granted(scene: str, granted: frozenset[str], now: Law) -> None:
    """Refuse a scene that a client may not ask in.

    :raises UnknownNorm, NotInForce: there is none such on that day.
    :raises SceneNotGranted: the scene is not among the client's.
    """
    now.scene(scene)
    if scene not in granted:
        raise _not_granted(scene)


def code_fault(code: str) -> Text:
    """What is wrong with something that should be a unified social credit code, with a suggestion for a person."""
    if len(code) != 18:
        return Text(f"应为 18 位，所填为 {len(code)} 位", f"must have 18 characters, has {len(code)}")
    odd = "、".join(sorted(set(code) - set(USCC_ALPHABET)))
    if not odd:
        return Text(
            "校验码不符，请对照证照逐位核对", "its check character is wrong: compare with the licence"
        )
    zh, en = f"含有代码中不用的字符 {odd}", f"contains {odd}, which codes do not use"
    if swapped := lookalike_proposal(code):
        return Text(f"{zh}；请核对是否应为 {swapped}", f"{en}; verify whether {swapped} is meant")
    return Text(zh, en)


def _cleaned(key: str, value: str | None, wrong: list[tuple[str, Text]]) -> str | None:
    """A text without blanks around it, `None` for an empty one; what is wrong with it is added."""
    if not value or not (text := value.strip()):
        return None
    if len(text) > LIMITS[key]:
        wrong.append((key, Text(f"不得超过 {LIMITS[key]} 字", f"at most {LIMITS[key]} characters")))
    if not text.isprintable() and _CONTROL.search(text):
        wrong.append((key, Text("含有控制字符", "contains control characters")))
    return text


def _subject_faults(code: str | None, name: str | None) -> Fields:
    """What is wrong where there is no code that is one."""
    if code:
        return (("code", code_fault(code)),)
    if name is None:
        return (("code", Text("代码和名称至少填一项", "give a code or a name")),)
    if len(normalise(name)) < 3:
        return (("name", Text("名称太短，不能据以查找", "too short to search for")),)
    return ()


def _person_faults(code: str | None, name: str | None, case: str | None) -> Fields:
    """A person is nobody's code or name; and each look belongs to a case."""
    both = ((_PERSON, Text("不能与代码、名称同填", "excludes code and name")),)
    missing = (("case", Text("查自然人必填", "required for a person")),)
    return (*(both if code or name else ()), *(missing if case is None else ()))


def _demand_persons_scene(scene: Scene, office: str, now: Law) -> None:
    """Whether this office may ask about persons in a scene; no office is the platform's own staff."""
    if "person" not in scene.subjects:
        raise NotForPersons(
            Text(f"场景“{scene.title}”不核查自然人。", f"No person is asked about in: {scene.english}."),
            Text(
                "请按统一社会信用代码核查，或改用适用于自然人的场景。",
                "Ask by code, or in a scene for persons.",
            ),
            scene.basis,
            fields=((_PERSON, Text("这个场景不查自然人", "not in this scene")),),
        )
    if office and _department(office, now) != scene.office:
        own = now.book.departments[scene.office]
        raise NotTheirScene(
            Text(
                f"场景“{scene.title}”中只有{own.zh}可以核查自然人。",
                f"Only {own.en} may ask about persons here.",
            ),
            Text("请由主管部门核查。", "Let that department ask."),
            scene.basis,
            fields=(("scene", Text("不是本部门的场景", "another department's")),),
        )


def _department(office: str, now: Law) -> str:
    try:
        return now.office(office).department
    except UnknownNorm:  # an office that is no more asks about nobody
        return ""


def _scene_faults(scene: str | None, purpose: str | None, now: Law) -> Fields:
    given = (("scene", scene), ("purpose", purpose))
    faults = tuple([(key, Text("必填", "required")) for key, text in given if text is None])
    try:
        if scene:
            now.scene(scene)
    except UnknownNorm:
        # Not a 404: a client must not read "no such scene" as "no such subject, so nothing bears".
        return (*faults, ("scene", Text("没有这个场景", "there is no such scene")))
    return faults


def _malformed(faults: Fields) -> Malformed:
    titles = "、".join(_ALL_TITLES[key] for key, _ in faults)
    return Malformed(
        Text(
            f"查询未受理：{titles}不合要求。", f"Not asked: {', '.join(key for key, _ in faults)} is wrong."
        ),
        Text(
            "；".join(f"{_ALL_TITLES[key]}{text.zh}" for key, text in faults) + "。",
            "; ".join(f"{key}: {text.en}" for key, text in faults) + ".",
        ),
        fields=faults,
    )


def _not_granted(scene: str) -> SceneNotGranted:
    return SceneNotGranted(
        Text(f"您的密钥未获准用于场景 {scene}。", f"Your key was not granted the scene {scene}."),
        Text("请向信用中心申请该场景。", "Ask the credit centre for this scene."),
        fields=(("scene", Text("未获准", "not granted")),),
    )
