"""What is done in collection."""

from __future__ import annotations

from xinyun.collection.amending import correct_record, readmit_record, withdraw_records
from xinyun.collection.collecting import NotYours, Outcome, collect, open_original
from xinyun.collection.dropping import answer_drops, open_inbox, take_drops
from xinyun.collection.erasing import blank_settled, order_originals, shred
from xinyun.collection.errors import write as write_errors
from xinyun.collection.pulling import add_pull, run_due_pulls, run_pull, set_pull_active
from xinyun.collection.queueing import run, run_next
from xinyun.collection.records import read_returned
from xinyun.collection.remapping import submit_remapped
from xinyun.collection.returns import take_error_workbook
from xinyun.collection.settling import confirm_returned, drop_returned, mend_returned
from xinyun.collection.single import submit_record, worked_on
from xinyun.collection.submitting import release, submit, turn_away
from xinyun.collection.templates import template
from xinyun.collection.uploading import append_to_upload, begin_upload, sweep_uploads

__all__ = [
    "NotYours",
    "Outcome",
    "add_pull",
    "answer_drops",
    "append_to_upload",
    "begin_upload",
    "blank_settled",
    "collect",
    "confirm_returned",
    "correct_record",
    "drop_returned",
    "mend_returned",
    "open_inbox",
    "open_original",
    "order_originals",
    "read_returned",
    "readmit_record",
    "release",
    "run",
    "run_due_pulls",
    "run_next",
    "run_pull",
    "set_pull_active",
    "shred",
    "submit",
    "submit_record",
    "submit_remapped",
    "sweep_uploads",
    "take_drops",
    "take_error_workbook",
    "template",
    "turn_away",
    "withdraw_records",
    "worked_on",
    "write_errors",
]
