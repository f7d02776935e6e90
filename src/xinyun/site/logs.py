"""How every process logs: as text, or a JSON object a line, to stderr; and never a person's number, a mobile number or a key.

Masking is the handler's, before either form is made, so that neither a message nor a traceback gets past it. What no
code catches is logged too, for a traceback that the interpreter prints goes past every handler.
"""

from __future__ import annotations

import logging
import logging.config
import os
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from xinyun.base.identifiers import mask, mask_within

_JSON = {
    "()": "pythonjsonlogger.json.JsonFormatter",
    "fmt": ["message", "levelname", "name", "process"],
    "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "exception"},
    "timestamp": "time",
    "json_ensure_ascii": False,
}
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
_KEY = re.compile(r"xy_[A-Za-z0-9_-]{8,}|(?<=bearer )[^\s'\",;]+", re.IGNORECASE)
_log = logging.getLogger("xinyun")


def discreet(text: str) -> str:
    """A text without what must not stand in a log."""
    text = _KEY.sub("***", text)
    return _MOBILE.sub(lambda found: mask(found[1]), mask_within(text))


class Discreet(logging.StreamHandler[Any]):
    """A handler that masks what it writes; the record itself is left as it is, for others to see."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line or lines, masked."""
        said = logging.LogRecord(
            record.name, record.levelno, record.pathname, record.lineno, discreet(record.getMessage()), (), None
        )  # fmt: skip
        said.created, said.process, said.levelname = record.created, record.process, record.levelname
        told = [record.stack_info] if record.stack_info else []
        if record.exc_info and record.exc_info[0] is not None:
            told.append("".join(traceback.format_exception(*record.exc_info)).rstrip())
        elif record.exc_text:
            told.append(record.exc_text)
        said.exc_text = discreet("\n".join(told)) or None
        return super().format(said)


def config(form: str) -> dict[str, Any]:
    """What `logging` is told, for `json` or else for text."""
    as_json = form == "json"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _JSON} if as_json else {},
        "handlers": {
            "console": {"class": f"{__name__}.Discreet"} | ({"formatter": "line"} if as_json else {})
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
    }


def of_granian(form: str) -> dict[str, Any]:
    """The same for granian, which sets up its own loggers: as JSON with all others, as text on its stdout as ever."""
    if form == "json":
        loggers = {"_granian": {"handlers": [], "propagate": True}}
        return {"formatters": {}, "handlers": {}, "loggers": loggers}
    text = {"class": f"{__name__}.Discreet", "formatter": "generic", "stream": "ext://sys.stdout"}
    return {
        "formatters": {"generic": {"format": "[%(levelname)s] %(message)s"}},
        "handlers": {"console": text},
        "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
    }


def catch() -> None:
    """Let what this process does not catch be logged: in its main thread, in others, where objects are destroyed."""
    sys.excepthook = lambda kind, error, at: _tell("the program ended with an error", kind, error, at)
    threading.excepthook = lambda told: _tell(
        "a thread ended with an error", told.exc_type, told.exc_value, told.exc_traceback
    )
    sys.unraisablehook = lambda told: _tell(
        "an error was ignored", told.exc_type, told.exc_value, told.exc_traceback
    )
    logging.captureWarnings(True)


def _tell(
    what: str, kind: type[BaseException], error: BaseException | None, at: TracebackType | None
) -> None:
    begin()
    _log.critical(what, exc_info=(kind, error or kind(), at))


def begin() -> None:
    """Set up logging where Django has not done so yet."""
    if not logging.root.handlers:
        logging.config.dictConfig(config(os.environ.get("XINYUN_LOG", "")))
