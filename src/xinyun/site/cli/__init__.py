"""The command line: `xinyun`. Each command parses, calls one operation, and prints what it answered.

Exit status: 0 done, 1 refused as a whole (reasons printed), 2 wrong usage. Django is loaded inside the
commands, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys

from cyclopts import App, CycloptsError

import xinyun
from xinyun.base import Refusal, Text
from xinyun.site.cli import asking, collecting, deciding, governing, serving
from xinyun.site.cli.output import say_refusal

app = App(
    name="xinyun",
    help="信云：省级公共信用平台 | the public-credit platform of a province",
    version=xinyun.__version__,
    help_format="plaintext",
)
for group in (serving, collecting, asking, deciding, governing):
    group.register(app)


class StoreNotReady(Refusal):
    """The store has not been made, or is of an older release."""

    code = "store-not-ready"
    status = 503

    def __init__(self, told: str) -> None:
        super().__init__(
            Text(
                f"存储尚未建立，或版本较旧（{told}）。",
                f"The store is missing or of an older release ({told}).",
            ),
            Text("请先运行 xinyun init。", "Run xinyun init first."),
        )


def _lacks_tables(error: Exception) -> bool:
    """Whether the database answered that a table or column does not exist."""
    told = str(error)
    return type(error).__module__ == "django.db.utils" and ("no such" in told or "does not exist" in told)


def main() -> None:
    """Run the command given on the command line and exit with its status."""
    arguments = sys.argv[1:]
    try:
        app(arguments, exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        sys.exit(2)
    except Refusal as refusal:
        say_refusal(refusal, as_json="--json" in arguments)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if not _lacks_tables(error):
            raise
        say_refusal(StoreNotReady(str(error)), as_json="--json" in arguments)
        sys.exit(1)
