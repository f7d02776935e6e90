"""Pure building blocks that every context shares: no framework, no clock, no input or output.

Values only: `Text` (Chinese first, English second), `Period` (half-open days), `Basis` (instrument and
article), `Reason` and `Decision` (an outcome with its reasons), `Refusal` (expected, shown, cited).
"""

from xinyun.base.decision import Basis, Decision, Reason
from xinyun.base.period import Period
from xinyun.base.refusal import Refusal
from xinyun.base.text import Text

__all__ = ["Basis", "Decision", "Period", "Reason", "Refusal", "Text"]
