"""A process that is killed while it matches leaves whole chunks; the next one finishes, and nothing comes twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import Store

_BEGIN = """
import django; django.setup()
from datetime import date
from tests.factories import a_code
from xinyun.enforcement import matching, operations
from xinyun.enforcement.models import Line, Task
from xinyun.lists import operations as lists
DAY, matching.CHUNK = date(2026, 11, 20), 1
"""
_FILL_AND_MATCH = (
    _BEGIN
    + """
codes = [a_code() for _ in range(30)]
for number, code in enumerate(codes):
    lists.enlist(list_id="wage-arrears", code=code, document=f"演列{number}号", decided=date(2026, 3, 1),
        office="520300.human-resources", actor="t", on=DAY, name="贵州演示建筑有限公司")
operations.put_lines(office="520100.public-resources", scene="tender-registration", replace=True, actor="t", on=DAY,
    lines=[(code, "", "") for code in codes])
real = matching._match
def told(*args, **given):
    real(*args, **given)
    print(Task.objects.count(), flush=True)
matching._match = told
operations.follow(actor="t", on=DAY)
"""
)
_GO_ON = (
    _BEGIN
    + """
torn = Task.objects.values("code").distinct().count()
operations.follow(actor="t", on=DAY)
each = {Task.objects.filter(code=line.code, state="open").count() for line in Line.objects.all()}
print(torn, Task.objects.values("code").distinct().count(), len(each), Task.objects.count() == 30 * max(each))
"""
)


def _start(store: Store, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code], env=store.environment, cwd=Path(__file__).parents[2], text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip


def test_a_killed_process_leaves_whole_chunks_and_the_next_one_finishes(store: Store) -> None:
    matching = _start(store, _FILL_AND_MATCH)
    assert matching.stdout
    while int(matching.stdout.readline() or "99") < 10:
        pass
    matching.kill()
    matching.wait()

    (line,) = _start(store, _GO_ON).communicate(timeout=120)[0].splitlines()

    torn, whole, kinds, evenly = line.split()
    assert 0 < int(torn) < 30
    assert (whole, kinds, evenly) == ("30", "1", "True")
