"""The command line: `xinyun`. Each command parses, calls one operation, and prints what it answered.

Exit status: 0 done, 1 refused as a whole (reasons printed), 2 wrong usage. Django is loaded inside the
commands, so that `--help` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys

from cyclopts import App, CycloptsError

import xinyun
from xinyun.base import Refusal, Text
from xinyun.site import logs
from xinyun.site.cli import (
    amending,
    arriving,
    asking,
    assessing,
    bundling,
    coding,
    collecting,
    deciding,
    enforcing,
    governing,
    identifying,
    ledgering,
    letting_go,
    listing,
    naming,
    persons,
    relating,
    replaying,
    retaining,
    ruling,
    screening,
    serving,
    submitting,
    subscribing,
    templating,
)
from xinyun.site.cli.output import say_refusal

app = App(
    name="xinyun",
    help="信云：省级公共信用平台 | the public-credit platform of a province",
    version=xinyun.__version__,
    help_format="plaintext",
)
for group in (
    serving,
    collecting,
    submitting,
    subscribing,
    enforcing,
    amending,
    arriving,
    templating,
    assessing,
    coding,
    asking,
    screening,
    naming,
    deciding,
    bundling,
    relating,
    persons,
    identifying,
    ledgering,
    letting_go,
    listing,
    replaying,
    retaining,
    ruling,
    governing,
):
    group.register(app)


_SERVERS = {"serve", "worker", "gateway"}
"""Commands whose stderr nobody reads but a collector of logs."""


class StoreNotReady(Refusal):
    """The store has not been made, or is of an older release."""

    code = "store-not-ready"
    status = 503


class StoreAway(Refusal):
    """The store does not answer."""

    code = "store-away"
    status = 503


class UnusableFile(Refusal):
    """A file or folder named on the command line cannot be read or written."""

    code = "unusable-file"
    status = 400


def _as_refusal(error: Exception) -> Refusal | None:
    """What went wrong outside the program, as a refusal that says what to do; `None` for a fault of ours."""
    told = str(error).strip()
    if isinstance(error, Refusal):
        return error
    if isinstance(error, OSError) and error.filename:
        return UnusableFile(
            Text(f"{error.filename} 不能使用：{error.strerror}。", f"{error.filename}: {error.strerror}."),
            Text("请检查路径、权限和磁盘空间。", "Check the path, its permissions and the disk."),
        )
    if type(error).__module__ != "django.db.utils":
        return None
    if "no such" in told or "does not exist" in told:
        return StoreNotReady(
            Text(
                f"存储尚未建立，或版本较旧（{told}）。",
                f"The store is missing or of an older release ({told}).",
            ),
            Text("请先运行 xinyun init。", "Run xinyun init first."),
        )
    if type(error).__name__ in {"OperationalError", "InterfaceError"}:
        return StoreAway(
            Text(f"存储没有应答（{told}）。", f"The store does not answer ({told})."),
            Text(
                "请检查数据库和磁盘后重试，本次未改动任何内容。",
                "Check database and disk, then retry; nothing changed.",
            ),
        )
    return None


def main() -> None:
    """Run the command given on the command line and exit with its status."""
    arguments = sys.argv[1:]
    logs.catch()
    try:
        app(arguments, exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        print("用法有误，请看 --help | wrong usage: see --help", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if isinstance(error.__context__, KeyboardInterrupt):  # the clean-up after Ctrl+C failed in its turn
            sys.exit(130)
        refusal = _as_refusal(error)
        if refusal is None:
            raise
        if os.environ.get("XINYUN_LOG") == "json" and arguments[:1] and arguments[0] in _SERVERS:
            logs.begin()
            logging.getLogger(__name__).critical("refused [%s] %s", refusal.code, refusal)
        else:
            say_refusal(refusal, as_json="--json" in arguments)
        sys.exit(1)
