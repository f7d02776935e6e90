"""What came in, by whatever way: a file that is collected by command has a batch and no place in the queue."""

from __future__ import annotations

from xinyun.collection import queries
from xinyun.collection.models import Batch, Submission
from xinyun.collection.queries import SubmissionView


def arrival(id: str, *, office: str | None = None) -> SubmissionView | None:
    """A submission, or the batch of that id as one that is done; with `office` only that office's."""
    if not queries.is_id(id):
        return None
    found = queries.submission(id, office=office)
    batch = Batch.objects.filter(pk=id, **({"office": office} if office else {})).first()
    return found or (_done(batch) if batch else None)


def arrivals(*, limit: int, office: str | None = None) -> list[SubmissionView]:
    """The newest that came in, of one office where that is given."""
    queued = queries.submissions(limit=limit, office=office)
    batches = Batch.objects.filter(**({"office": office} if office else {})).order_by("-at")[:limit]
    known = set(
        Submission.objects.filter(pk__in=[batch.pk for batch in batches]).values_list("pk", flat=True)
    )
    found = queued + [_done(batch) for batch in batches if batch.pk not in known]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def _done(batch: Batch) -> SubmissionView:
    return SubmissionView(
        id=batch.pk,
        item=batch.item,
        office=batch.office,
        actor=batch.actor,
        way=batch.way,
        file_name=batch.file_name,
        size=0,
        state=Submission.State.DONE,
        progress=batch.received,
        attempts=1,
        problem=None,
        doubts=None,
        reviewed_by="",
        review="",
        submitted_on=batch.collected_on,
        at=batch.at,
        ended_at=batch.at,
        batch=queries.batch_view(batch),
    )
