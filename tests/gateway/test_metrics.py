"""What a gateway tells Prometheus, and to whom."""

from __future__ import annotations

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import a_code
from xinyun.gateway.metrics import NotForStrangers, demand_allowed


def told(gateway) -> dict[str, float]:
    """The gateway's numbers by name and labels, read as Prometheus reads them."""
    answered = httpx.get(f"{gateway.url}/metrics")
    assert answered.status_code == 200
    families = text_string_to_metric_families(answered.text)
    return {
        ",".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


def test_answers_refusals_and_the_age_of_what_is_known_are_counted(gateway):
    before, listed = told(gateway), gateway.listed()

    gateway.ask(code=listed)
    gateway.ask(code=a_code())
    gateway.ask(code="x")
    gateway.post({}, {"Authorization": "Bearer xy_wrong"})
    after = told(gateway)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert [grown(f"xinyun_checks_total,{outcome}") for outcome in ("block", "pass")] == [1, 1]
    assert [grown(f"xinyun_refusals_total,{code}") for code in ("malformed-question",)] == [2]
    assert grown("xinyun_check_seconds_count") == grown("xinyun_write_checks_sum") == 2
    assert 0 < grown("xinyun_write_seconds_count") <= 2
    assert 0 <= after["xinyun_knowledge_age_seconds"] < 5
    assert after["xinyun_archive_away"] == 0
    assert not any(listed in name for name in after)


@pytest.mark.parametrize(
    ("client", "authorization", "token", "allowed"),
    [
        ("127.0.0.1", "", "", True),
        ("::1", "", "secret", True),
        ("10.0.0.9", "", "", False),
        ("10.0.0.9", "Bearer ", "", False),
        ("10.0.0.9", "Bearer secret", "secret", True),
        ("10.0.0.9", "Bearer other", "secret", False),
    ],
)
def test_they_are_for_this_machine_and_for_who_brings_the_token(client, authorization, token, allowed):
    if allowed:
        demand_allowed(client, authorization, token)
    else:
        with pytest.raises(NotForStrangers):
            demand_allowed(client, authorization, token)
