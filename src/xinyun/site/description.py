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
        **{name: {"type": ["string", "null"]} for name in ("code", "name", "case")},
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
        "receipt": _TEXT,
    },
}
_CHECK = {
    "summary": "核查一个主体",
    "description": "按场景核查一个主体，给出结论、措施、依据和回执；须凭密钥。 Check one subject for a scene; needs a key.",
    "operationId": "check",
    "tags": ["核查 Checks"],
    "security": [{"key": []}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": _QUESTION}}},
    "responses": {
        200: {"description": "OK", "content": {"application/json": {"schema": _ANSWER}}},
        **dict.fromkeys((400, 401, 403, 404, 413, 415, 422, 503), PROBLEM),
    },
}


def described(document: Any) -> Any:
    """Ninja's document, completed."""
    components = document["components"]
    components.setdefault("schemas", {})["Problem"] = _PROBLEM_SCHEMA
    components.setdefault("securitySchemes", {})["key"] = {"type": "http", "scheme": "bearer"}
    document["paths"]["/v1/checks"] = {"post": _CHECK}
    return document
