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
_SANDBOX = _CHECK | {
    "summary": "沙箱：固定的答复",
    "description": "与核查同一契约，不问档案，不存证。 The contract of checks; asks no archive, logs nothing.",
    "operationId": "sandbox_check",
}
_BATCH = {
    "summary": "核查一批主体",
    "description": "一个场景、一个用途，至多一万个主体，每个各有答复、回执和存证；不对的主体答以拒绝。"
    " One question about many subjects; each has its answer and receipt, or its refusal.",
    "operationId": "check_batch",
    "tags": ["核查 Checks"],
    "security": [{"key": []}],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["scene", "purpose", "subjects"],
                    "additionalProperties": False,
                    "properties": {
                        "scene": _TEXT,
                        "purpose": _TEXT,
                        "case": {"type": ["string", "null"]},
                        "subjects": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 10_000,
                            "items": {
                                "type": "object",
                                "additionalProperties": False,
                                "properties": {
                                    name: {"type": ["string", "null"]} for name in ("code", "name")
                                },
                            },
                        },
                    },
                }
            }
        },
    },
    "responses": {
        200: {
            "description": "OK",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["answers"],
                        "properties": {"answers": {"type": "array", "items": {"type": "object"}}},
                    }
                }
            },
        },
        **dict.fromkeys((400, 401, 403, 404, 413, 415, 422, 503), PROBLEM),
    },
}
_OFFLINE = {
    "summary": "上传离线答复",
    "description": "凭离线包给出的答复，按 id 只记一次。 Answers given from a bundle; each id is recorded once.",
    "operationId": "record_offline",
    "tags": ["核查 Checks"],
    "security": [{"key": []}],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["bundle", "answers"],
                    "properties": {
                        "bundle": _TEXT,
                        "answers": {"type": "array", "maxItems": 500, "items": {"type": "object"}},
                    },
                }
            }
        },
    },
    "responses": {
        200: {
            "description": "OK",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {"recorded": {"type": "array", "items": _TEXT}},
                    }
                }
            },
        },
        **dict.fromkeys((400, 401, 413, 415, 422), PROBLEM),
    },
}
_BUNDLE = {
    "summary": "下载离线包",
    "description": "一个场景的名单条目和规定，签名，会过期。 A scene's entries and norms, signed and expiring.",
    "operationId": "bundle",
    "tags": ["核查 Checks"],
    "security": [{"key": []}],
    "parameters": [
        {"name": "scene", "in": "query", "required": True, "schema": _TEXT},
        {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 30}},
    ],
    "responses": {
        200: {"description": "OK", "content": {"application/octet-stream": {}}},
        **dict.fromkeys((401, 403, 404, 422), PROBLEM),
    },
}
_EMBED = {
    "summary": "嵌入页的一次性链接",
    "description": "十分钟内有效，只答一次。 The address of a page for one check, good for ten minutes.",
    "operationId": "embed",
    "tags": ["核查 Checks"],
    "security": [{"key": []}],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["scene", "purpose"],
                    "additionalProperties": False,
                    "properties": {"scene": _TEXT, "purpose": _TEXT, "case": {"type": ["string", "null"]}},
                }
            }
        },
    },
    "responses": {
        200: {
            "description": "OK",
            "content": {
                "application/json": {
                    "schema": {"type": "object", "properties": {"path": _TEXT, "expires": _TEXT}}
                }
            },
        },
        **dict.fromkeys((400, 401, 403, 404, 413, 415, 422), PROBLEM),
    },
}


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
    }
    return document
