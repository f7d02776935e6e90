"""Commands about one natural person: the number is typed or piped in, never an argument that others could list."""

from __future__ import annotations

import getpass
import sys

from cyclopts import App

from xinyun.site.cli.output import Json, actor, add_group, now, set_up, show, today

_OFFICE = ""
"""Whoever sits at the machine acts for the platform itself."""
_LONGEST = 200


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app,
        "person",
        "自然人，只按证件号码 | natural persons, by document number alone",
        find=_find,
        shred=_shred,
    )


def _find(*, purpose: str, document: str = "身份证", json: Json = False) -> None:
    """按证件号码查找自然人，先存证；号码从标准输入读 | Find a person by a document's number, read from stdin; in the ledger first.

    Parameters
    ----------
    purpose
        用途 | what for
    document
        证件类型 | kind of document
    """
    set_up()
    from xinyun.subjects import operations

    found = operations.find_person(
        number=number(), purpose=purpose, document=document, reader=None, office=_OFFICE, actor=actor(),
        on=today(), at=now(),
    )  # fmt: skip
    show(found, as_json=json)


def _shred(*, norm: str, article: str, document: str = "身份证", json: Json = False) -> None:
    """应本人要求，使存证中关于其本人的内容不再可读，凭令，不可恢复；号码从标准输入读 | At a person's request make what the
    ledger holds about them unreadable, by an order, for good; the number is read from stdin.

    Parameters
    ----------
    norm
        依据的文件，如 law-personal-information | the instrument, as the rulebook names it
    article
        条次，如 第四十七条 | its article
    document
        证件类型 | kind of document
    """
    set_up()
    from xinyun.subjects import operations

    gone = operations.shred_person(
        number=number(), norm=norm, article=article, document=document, actor=actor(), on=today(), at=now()
    )
    show({"contents": gone}, as_json=json)


def number() -> str:
    """The first line of standard input, or what is typed, unseen."""
    if sys.stdin.isatty():
        return getpass.getpass("证件号码（不显示） document number (not shown): ")
    return sys.stdin.readline(_LONGEST)
