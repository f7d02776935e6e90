"""What the OpenAPI document says beyond what ninja writes: problem documents, and the check service beside the API."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457，中英双语 | in Chinese and English",
    "required": ["type", "code", "status", "title", "title_en", "detail", "detail_en", "basis", "errors"],
    "properties": {
        **dict.fromkeys(("type", "code", "title", "title_en", "detail", "detail_en"), _TEXT),
        "status": {"type": "integer"},
        "basis": {"type": "array", "items": _TEXT},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail", "detail_en"],
                "properties": dict.fromkeys(("field", "detail", "detail_en"), _TEXT),
            },
        },
    },
}
PROBLEM = {
    "description": "没有照办，原因和办法见内容 | refused, with the reason and what to do",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_QUESTION = {
    "type": "object",
    "required": ["scene", "purpose"],
    "additionalProperties": False,
    "properties": {
        "scene": {"type": "string", "description": "场景，如 tender-registration | the scene"},
        "purpose": {"type": "string", "description": "为什么查 | why it is asked"},
        **{name: {"type": ["string", "null"]} for name in ("code", "name", "id_number", "case")},
    },
}
_ANSWER = {
    "type": "object",
    "required": ["decision", "subject", "measures", "disputed", "as_of", "receipt"],
    "properties": {
        "decision": {"type": "string", "enum": ["pass", "remind", "review", "block", "benefit"]},
        "subject": {"type": ["object", "null"]},
        "measures": {"type": "array", "items": {"type": "object"}},
        "disputed": {"type": "boolean"},
        "as_of": {"type": "object"},
        "known_at": _TEXT | {"format": "date-time"},
        "receipt": _TEXT,
    },
}


def _object(required: tuple[str, ...], /, *, closed: bool = False, **properties: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        told["required"] = list(required)
    return told | ({"additionalProperties": False} if closed else {})


def _door(
    summary: str, description: str, id: str, answer: dict[str, Any], *refused: int, **beside: Any
) -> dict[str, Any]:
    """A door beside the API: what it says of itself, what it answers as JSON, and with which statuses it refuses."""
    return {
        "summary": summary, "description": description, "operationId": id, "tags": ["核查 Checks"],
        "security": [{"key": []}], **beside,
        "responses": {200: {"description": "OK", "content": answer}, **dict.fromkeys(refused, PROBLEM)},
    }  # fmt: skip


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": _json(schema)}


def _open(summary: str, id: str, answer: dict[str, Any], *refused: int) -> dict[str, Any]:
    """A door of the gateway for whoever operates it, without a client's key."""
    return _door(
        summary,
        "只在网关 gateway 上。 On gateways alone.",
        id,
        answer,
        *refused,
        security=[],
        tags=["运维 Operations"],
    )


_MAYBE = {"type": ["string", "null"]}
_CHECK = _door(
    "核查一个主体", "按场景核查一个主体，给出结论、措施、依据和回执；须凭密钥。 Check one subject for a scene; needs a key.",
    "check", _json(_ANSWER), 400, 401, 403, 404, 413, 415, 422, 503, requestBody=_body(_QUESTION),
)  # fmt: skip
_SANDBOX = _CHECK | {
    "summary": "沙箱：固定的答复",
    "description": "与核查同一契约，不问档案，不存证。 The contract of checks; asks no archive, logs nothing.",
    "operationId": "sandbox_check",
}
_SUBJECTS = {
    "type": "array",
    "minItems": 1,
    "maxItems": 10_000,
    "items": _object((), closed=True, code=_MAYBE, name=_MAYBE),
}
_BATCH = _door(
    "核查一批主体",
    "一个场景、一个用途，至多一万个主体，每个各有答复、回执和存证；不对的主体答以拒绝。"
    " One question about many subjects; each has its answer and receipt, or its refusal.",
    "check_batch", _json(_object(("answers",), answers={"type": "array", "items": {"type": "object"}})),
    400, 401, 403, 404, 413, 415, 422, 503,
    requestBody=_body(
        _object(("scene", "purpose", "subjects"), closed=True, scene=_TEXT, purpose=_TEXT, case=_MAYBE, subjects=_SUBJECTS)
    ),
)  # fmt: skip
_OFFLINE = _door(
    "上传离线答复", "凭离线包给出的答复，按 id 只记一次。 Answers given from a bundle; each id is recorded once.",
    "record_offline", _json(_object((), recorded={"type": "array", "items": _TEXT})), 400, 401, 413, 415, 422, 503,
    requestBody=_body(
        _object(("bundle", "answers"), bundle=_TEXT, answers={"type": "array", "maxItems": 500, "items": {"type": "object"}})
    ),
)  # fmt: skip
_BUNDLE = _door(
    "下载离线包", "一个场景的名单条目和规定，签名，会过期。 A scene's entries and norms, signed and expiring.",
    "bundle", {"application/octet-stream": {}}, 401, 403, 404, 422, 503,
    parameters=[
        {"name": "scene", "in": "query", "required": True, "schema": _TEXT},
        {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 30}},
    ],
)  # fmt: skip
_EMBED = _door(
    "嵌入页的一次性链接", "十分钟内有效，只答一次。 The address of a page for one check, good for ten minutes.",
    "embed", _json(_object((), path=_TEXT, expires=_TEXT)), 400, 401, 403, 404, 413, 415, 422, 503,
    requestBody=_body(_object(("scene", "purpose"), closed=True, scene=_TEXT, purpose=_TEXT, case=_MAYBE)),
)  # fmt: skip
_ALIVE = _open("网关活着", "alive", _json(_object(("alive",), alive={"type": "boolean"})))
_READY = _open(
    "网关能答复，所知到哪里、截至何时", "ready",
    _json(
        _object(
            ("ready", "seq", "known_at", "archive"),
            ready={"type": "boolean"}, seq={"type": "integer"}, known_at=_TEXT, archive={"type": "boolean"},
        )
    ),
    503,
)  # fmt: skip
_METRICS = _open("网关的指标，供 Prometheus 读取", "metrics", {"text/plain": {"schema": _TEXT}}, 403, 503)


def described(document: Any) -> Any:
    """Ninja's document, completed."""
    components = document["components"]
    components.setdefault("schemas", {})["Problem"] = _PROBLEM_SCHEMA
    components.setdefault("securitySchemes", {})["key"] = {"type": "http", "scheme": "bearer"}
    document["paths"] |= {
        "/v1/checks": {"post": _CHECK},
        "/sandbox/v1/checks": {"post": _SANDBOX},
        "/v1/checks/batch": {"post": _BATCH},
        "/v1/checks/offline": {"post": _OFFLINE},
        "/v1/bundles": {"get": _BUNDLE},
        "/v1/embeds": {"post": _EMBED},
        "/healthz": {"get": _ALIVE},
        "/readyz": {"get": _READY},
        "/metrics": {"get": _METRICS},
    }
    return document
