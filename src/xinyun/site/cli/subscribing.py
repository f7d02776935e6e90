"""The commands about subscriptions: who is told of changes, how, and how far each has been."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from xinyun.site.cli.output import Json, actor, add_group, now, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "subscription", "订阅推送：名单和记录的变化告知接入方 | who is told of changes",
        add=_add, show=_show, messages=_messages, replay=_replay, end=_end, push=_push,
    )  # fmt: skip


def _add(
    client: str,
    /,
    *,
    list: Annotated[list[str] | None, Parameter(negative=())] = None,
    item: Annotated[list[str] | None, Parameter(negative=())] = None,
    division: str = "",
    webhook: str = "",
    queue: str = "",
    files: Annotated[bool, Parameter(negative=())] = False,
    from_start: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
) -> None:
    """订阅变化；回调的签名密钥只显示一次 | Let a client be told of changes; the secret of a webhook is shown once.

    Parameters
    ----------
    client
        接入方的名称 | the client's name
    list
        名单，可重复 | a list, may be repeated
    item
        公开的事项，可重复 | a public item, may be repeated
    division
        只要这个行政区划的主体，六位代码 | only subjects of this division, six digits
    webhook
        回调地址（https）；不写则进收件箱 | where to post; without it, into an inbox
    queue
        消息队列（MQTT）地址，写作 mqtts://主机/主题 | a message queue, as mqtts://host/topic
    files
        写成文件，在数据目录的 pushed/ | write files, under pushed/ in the data folder
    from_start
        已有的也从头告知 | of what is known already too
    """
    set_up()
    from xinyun.exchange import operations

    chosen = [name for name, told in (("webhook", webhook), ("queue", queue), ("file", files)) if told]
    if len(chosen) > 1:
        raise operations.SeveralChannels(chosen)
    channel = chosen[0] if chosen else "inbox"
    id, secret = operations.subscribe(
        client=client, channel=channel, lists=list or [], items=item or [], division=division,
        address=webhook or queue, from_start=from_start, actor=actor(), on=today(),
    )  # fmt: skip
    show({"subscription": id, "channel": channel} | ({"secret": secret} if secret else {}), as_json=json)


def _show(*, json: Json = False) -> None:
    """显示全部订阅及其进度 | Show every subscription and how far it has been told."""
    set_up()
    from xinyun.exchange import queries

    show(queries.subscriptions(), as_json=json)


def _messages(subscription: int, /, *, after: str = "", limit: int = 100, json: Json = False) -> None:
    """显示等待告知的消息，不移动进度 | Show what a subscriber is to be told; moves nothing.

    Parameters
    ----------
    subscription
        订阅编号 | the subscription's number
    after
        从这个位置之后 | after this place
    limit
        最多几条 | at most so many
    """
    set_up()
    from xinyun.exchange import queries

    row = queries.row_of(subscription)
    found = queries.waiting(row, queries.read_cursor(after) if after else None, limit)
    show({"messages": found.messages, "cursor": str(found.cursor), "more": found.more}, as_json=json)


def _replay(subscription: int, /, *, after: str, json: Json = False) -> None:
    """从某个位置起重新告知，或者失败之后立即再试 | Tell once more what came after a place, or try again at once.

    Parameters
    ----------
    subscription
        订阅编号 | the subscription's number
    after
        位置，或变更的序号 | a place, or the number of a change
    """
    set_up()
    from xinyun.exchange import operations

    show(operations.replay(subscription=subscription, after=after, actor=actor(), on=today()), as_json=json)


def _end(subscription: int, /, *, json: Json = False) -> None:
    """结束订阅 | Tell a subscriber nothing more.

    Parameters
    ----------
    subscription
        订阅编号 | the subscription's number
    """
    set_up()
    from xinyun.exchange import operations

    show(operations.end(subscription=subscription, actor=actor(), on=today(), at=now()), as_json=json)


def _push(*, json: Json = False) -> None:
    """立即推送到期的；后台平时自己做 | Deliver what is due now; the worker does so by itself."""
    set_up()
    from xinyun.exchange import queries
    from xinyun.exchange.delivering import Courier

    with Courier(actor=actor()) as courier:
        courier.finish(now())
    show(queries.subscriptions(), as_json=json)
