"""The verbs of this context: issue a report, verify one."""

from xinyun.plumbing.typesetting import FontsMissing
from xinyun.portal.report import issue, verify, verify_number

__all__ = ["FontsMissing", "issue", "verify", "verify_number"]
