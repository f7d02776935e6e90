"""The verbs of this context: issue a report, verify one, read a receipt."""

from xinyun.plumbing.typesetting import FontsMissing
from xinyun.portal.logged import logged
from xinyun.portal.report import issue, verify, verify_number
from xinyun.portal.verifying import NothingToVerify, examine, read, recognise

__all__ = [
    "FontsMissing",
    "NothingToVerify",
    "examine",
    "issue",
    "logged",
    "read",
    "recognise",
    "verify",
    "verify_number",
]  # fmt: skip
