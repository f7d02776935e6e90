"""The interface by which a subscriber's program reads what waits for it, whichever way it is told otherwise."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from xinyun.accounts.queries import holder
from xinyun.exchange import queries
from xinyun.exchange.rules import BATCH
from xinyun.plumbing.access import client

_BIGGEST = 2**63 - 1
router = Router(tags=["订阅 Subscriptions"])


class MessageOut(Schema):
    """Something that changed about a subject. What stands beside these depends on the kind."""

    id: str = Field(
        description="位置，同一条消息总是同一个 | its place; the same message always has the same"
    )
    kind: str = Field(
        description="list.entered 列入、list.removed 移出、list.suspended 停止执行、list.resumed 恢复、list.disputed 异议处理中、"
        "list.settled 异议办结、record.current 记录现行、record.disputed 记录异议处理中、record.settled 记录异议办结、"
        "record.withdrawn 记录撤回 | entered in a list, removed from it, held off by an order, counting again, under"
        " objection, the objection settled, a record's current state, under objection, settled, withdrawn"
    )
    seq: int = Field(description="变更流的序号 | the change of the feed")
    code: str
    name: str
    office: str
    decided_on: str | None
    list: str | None = None
    entry: int | None = None
    document: str | None = None
    on: str | None = Field(
        None, description="从这天起：列入生效、移出、停止、恢复 | the day from which it holds"
    )
    until: str | None = Field(
        None, description="到这天为止（不含）：期限、停止执行 | the first day on which it no longer holds"
    )
    reason: str | None = None
    item: str | None = None
    record: int | None = None
    revision: int | None = None


class MessagesOut(Schema):
    """Messages in order; ask again after `cursor`."""

    messages: list[MessageOut]
    cursor: str
    more: bool


@router.get(
    "/subscriptions/{subscription}/messages", response=MessagesOut, exclude_unset=True,
    openapi_extra={"security": [{"key": []}]},
)  # fmt: skip
@client
def messages(
    request: HttpRequest,
    subscription: Annotated[int, Path(ge=1, le=_BIGGEST)],
    after: str = Query(
        "", max_length=60, description="从这个位置之后；不写则从上次送达处 | after this place"
    ),
    limit: int = Query(BATCH, ge=1, le=1000),
) -> Any:
    """What the subscriber is to be told, in order. Reading moves nothing: any place may be asked for again."""
    row = queries.row_of(subscription, client=holder(request.headers.get("Authorization", "")).id)
    found = queries.waiting(row, queries.read_cursor(after) if after else None, limit)
    return {"messages": found.messages, "cursor": str(found.cursor), "more": found.more}
