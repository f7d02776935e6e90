"""Commands that ask: checks and reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Code, Json, actor, now, plain, set_up, show, today
from xinyun.site.cli.persons import number

_LARGEST = 64 << 20
"""Bytes of a PDF that are looked at; no report is a tenth of it."""


def register(app: App) -> None:
    """Add the commands to the command line."""
    app.command(_check, name="check")
    report = App(name="report", help="信用报告 | credit reports")
    report.default(_report)
    report.command(_verify, name="verify")
    app.command(report)
    app.command(_verify_any, name="verify")


def _check(
    code: Code | None = None,
    /,
    *,
    scene: str,
    name: str | None = None,
    purpose: str = "命令行核查",
    case: str | None = None,
    person: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
) -> None:
    """核查一个主体 | Check a subject against lists and measures; the answer is in the ledger before it is printed.

    Parameters
    ----------
    scene
        场景，如 tender-registration | the scene
    name
        名称；只有名称时至多给出 review | the name; alone it gives at most a review
    purpose
        用途 | what the check is for
    case
        业务编号；查自然人必填 | the number of the case at hand; required for a person
    person
        查自然人，身份证号从标准输入读 | a natural person, whose number is read from stdin
    """
    set_up()
    from xinyun.gateway import operations as gateway

    question = gateway.Question(
        scene=scene, code=code or None, name=name, purpose=purpose, case=case, client=actor()
    )
    if person:
        question = gateway.of_person(question, number())
    (answer,) = gateway.answer([question], at=now(), on=today())
    show(gateway.document(answer), as_json=json)


def _report(code: Code, /, *, out: Path, template: str = "standard", json: Json = False) -> None:
    """出具信用报告 | Issue a subject's credit report.

    Parameters
    ----------
    out
        写入的 PDF 文件 | the PDF to write
    template
        报告版式 | which report
    """
    set_up()
    from django.conf import settings

    from xinyun.portal import operations as portal

    demand_apart(out, *settings.XINYUN.own_files)
    with arriving(out, USUAL) as stream:
        issued = portal.issue(code, template=template, actor=actor(), on=today(), at=now())
        stream.write(issued.pdf)
    show({"number": issued.number, "file": out, "sha256": issued.sha256}, as_json=json)


def _verify(file: Path, /, *, json: Json = False) -> None:
    """核验一份信用报告 | Verify a report: is this the file that was issued?

    Parameters
    ----------
    file
        PDF 文件 | the PDF
    """
    set_up()
    from xinyun.portal import operations as portal

    verdict = portal.verify(_bytes(file))
    show({"ok": verdict.ok, **plain(verdict)}, as_json=json)
    if not verdict.ok:
        raise SystemExit(1)


def _verify_any(file: Path, /, *, about: str = "", json: Json = False) -> None:
    """核验一张回执、它的二维码图片或一份报告：是不是平台签发的，说了什么，在存证日志的哪里 | Verify a receipt, a picture of
    its QR code or a report: is it the platform's, what does it say, where does it stand in the log?

    Parameters
    ----------
    file
        回执文本、PNG 或 JPEG 图片、PDF；`-` 为标准输入 | a receipt's text, a PNG or JPEG, a PDF; `-` is stdin
    about
        核对回执是不是关于这个代码或名称的 | whether the receipt is about this code or name
    """
    set_up()
    from xinyun.portal import operations as portal

    content = sys.stdin.buffer.read(_LARGEST) if str(file) == "-" else _bytes(file)
    found = portal.examine(content)
    told = portal.read(found, now(), about) if isinstance(found, str) else found
    shown = {"ok": told.ok, **plain(told)}
    shown.pop("token", None)
    show(shown, as_json=json)
    if not told.ok:
        raise SystemExit(1)


def _bytes(file: Path) -> bytes:
    """The file's bytes, up to the bound."""
    with file.open("rb") as stream:
        return stream.read(_LARGEST)
