"""What is stated reaches the figures: the channel and team of a queue, the tier of a team, the site of an agent."""

from __future__ import annotations

from typing import Any

from tests.query.provider import Provider

MARCH = {"from": "2026-03-01", "to": "2026-04-01"}


def contact(provider: Provider, name: str, at: str, **fields: Any) -> None:
    shape = {"direction": "inbound", "disposition": "answered", "wait_s": 5}
    provider.add("contact", "acd", contact_id=name, entered_at=f"2026-03-{at} 10:00:00", **{**shape, **fields})


def summary(provider: Provider, queue: str, at: str, offered: int) -> None:
    counts = {"interval_s": 1800, "offered": offered, "answered": offered}
    begin = f"2026-03-{at} 10:00:00"
    provider.add("queue_interval", "pbx", source_id=queue + at, queue_id=queue, interval_start=begin, **counts)


def denominators(provider: Provider, *dimensions: str, kpi: str = "missed_call_rate") -> dict[Any, float | None]:
    records = provider.ask(kpi, group=list(dimensions), **MARCH).records
    found = {tuple(each.group.values()): each.denominator for each in records}
    return {key[0] if len(key) == 1 else key: value for key, value in found.items()}


def test_a_contact_without_a_channel_has_the_one_of_its_queue_then() -> None:
    provider = Provider()
    contact(provider, "own", "02", queue_id="calls", channel="live_chat")
    contact(provider, "stated", "02", queue_id="calls")
    contact(provider, "later", "20", queue_id="calls")
    contact(provider, "several", "02", queue_id="mixed")
    contact(provider, "mail", "02", queue_id="mails")
    contact(provider, "rest", "02", queue_id="nobody stated it")
    contact(provider, "nowhere", "02")
    provider.add("contact_leg", "acd", contact_id="leg", seq=1, queue_id="calls")
    contact(provider, "leg", "02")
    provider.add("queue", "setup", queue_id="calls", channel="phone", valid_to="2026-03-10 00:00:00")
    provider.add("queue", "setup", queue_id="calls", channel="email", valid_from="2026-03-10 00:00:00")
    provider.add("queue", "setup", queue_id="mixed", service_level_s=30)
    provider.add("queue", "setup", queue_id="mails", channel="email")
    assert denominators(provider, "channel") == {"live_chat": 1, "phone": 2}
    provider.add("queue", "setup", queue_id="*", channel="phone")
    assert denominators(provider, "channel") == {"live_chat": 1, "phone": 4}


def test_a_list_of_calls_without_any_channel_is_told_by_its_queues() -> None:
    provider = Provider()
    for number in range(12):
        contact(provider, f"c{number}", "02", queue_id="calls")
    assert provider.one("missed_call_rate", **MARCH).reason == "missing:contact.channel"
    provider.add("queue", "setup", queue_id="calls", channel="phone")
    assert provider.one("missed_call_rate", **MARCH).value == 0


def test_a_summary_has_the_channel_and_team_of_its_queue_then() -> None:
    provider = Provider()
    for queue, at in (("calls", "02"), ("calls", "20"), ("chats", "02"), ("mails", "02"), ("unstated", "02")):
        summary(provider, queue, at, 10)
    provider.add("queue", "setup", queue_id="calls", channel="phone", team="one", valid_to="2026-03-10 00:00:00")
    provider.add("queue", "setup", queue_id="calls", channel="phone", team="two", valid_from="2026-03-10 00:00:00")
    provider.add("queue", "setup", queue_id="chats", channel="live_chat", team="two")
    provider.add("queue", "setup", queue_id="mails", channel="email", team="two")
    provider.add("team", "setup", team="two", tier="2")
    assert denominators(provider, "channel") == {"phone": 20, "live_chat": 10, "email": 0, None: 10}
    assert denominators(provider, "team", "tier") == {("one", None): 10, ("two", "2"): 20, (None, None): 10}
    left_out = provider.one("missed_call_rate", **MARCH).exclusions
    assert left_out == {"Summaries of queues for neither calls nor live chats": 10}


def test_a_contact_without_an_agents_team_counts_under_the_team_of_its_queue_then() -> None:
    provider = Provider()
    shape = {"queue_id": "support", "channel": "phone"}
    contact(provider, "missed", "02", **{**shape, "disposition": "abandoned_queue"})
    contact(provider, "after", "20", **{**shape, "disposition": "abandoned_queue"})
    contact(provider, "agent", "02", **shape, agent_id="ann")
    contact(provider, "teamless", "02", **shape, agent_id="bob")
    contact(provider, "unstated", "02", channel="phone", queue_id="sales")
    provider.add("agent", agent_id="ann", team="guests", tier="2")
    provider.add("agent", agent_id="bob", tier="2")
    provider.add("queue", "setup", queue_id="support", team="t1", valid_to="2026-03-10 00:00:00")
    provider.add("queue", "setup", queue_id="support", team="t2", valid_from="2026-03-10 00:00:00")
    provider.add("team", "setup", team="t1", tier="1")
    found = denominators(provider, "team", "tier")
    assert found == {("t1", "1"): 2, ("t2", None): 1, ("guests", "2"): 1, (None, None): 1}


def test_the_tier_that_is_stated_for_a_team_holds_for_its_agents_as_long_as_it_does() -> None:
    provider = Provider()
    for day in range(2, 29):
        contact(provider, f"c{day}", f"{day:02}", channel="phone", agent_id="ann")
        provider.ticket(f"t{day}", "2026-03-01 09:00:00", f"2026-03-{day:02} 10:00:00")
    provider.add("agent", agent_id="ann", team="desk", tier="1", valid_to="2026-03-25 00:00:00")
    provider.add("agent", agent_id="ann", team="field", tier="1", valid_from="2026-03-25 00:00:00")
    for tier, start, end in (("2", "2026-03-10 00:00:00", "2026-03-15 00:00:00"), ("3", "2026-03-20 00:00:00", None)):
        provider.add("team", "setup", team="desk", tier=tier, valid_from=start, valid_to=end)
    days = {("desk", "1"): 8 + 5, ("desk", "2"): 5, ("desk", "3"): 5, ("field", "1"): 4}
    assert denominators(provider, "team", "tier") == days
    resolved = provider.warehouse.rows("SELECT team, tier, count(*) AS n FROM fact_ticket GROUP BY team, tier")
    assert {(row["team"], row["tier"]): row["n"] for row in resolved} == days


def test_the_site_of_an_agent_is_the_one_of_the_time_wherever_the_agent_is() -> None:
    provider = Provider()
    provider.add("agent", agent_id="ann", site_id="denver", valid_to="2026-03-15 00:00:00")
    provider.add("agent", agent_id="ann", site_id="tulsa", valid_from="2026-03-15 00:00:00")
    provider.add("agent", agent_id="bob", site_id="boise")
    provider.add("sla_policy", "setup", policy_id="p", clock="resolution", target_s=86_400)
    reason = {"account_id": "A1", "reason_code": "connectivity.slow.always"}
    for day in ("02", "20"):
        contact(provider, f"c{day}", day, channel="phone", agent_id="ann", account_id="A1", talk_s=60)
        provider.ticket(f"t{day}", f"2026-03-{day} 09:00:00", f"2026-03-{day} 10:00:00", **reason)
        provider.event(f"t{day}", f"2026-03-{day} 12:00:00", "reopened", actor_kind="agent", actor_id="bob")
        provider.event(f"t{day}", f"2026-03-{day} 13:00:00", "resolved", actor_kind="agent", actor_id="bob")
        shape: dict[str, Any] = {"kind": "csat", "scale_min": 1, "scale_max": 5, "score": 5}
        answered = f"2026-03-{day} 18:00:00"
        provider.add("survey_response", response_id=f"r{day}", responded_at=answered, contact_id=f"c{day}", **shape)
    # a call of two agents: the first takes it, the second has the seconds of the second part
    contact(provider, "both", "03", channel="phone")
    for seq, (agent, talk) in enumerate((("ann", 100), ("bob", 50)), start=1):
        at = f"2026-03-03 10:0{seq}:00"
        provider.add("contact_leg", "acd", contact_id="both", seq=seq, agent_id=agent, answered_at=at, talk_s=talk)
    provider.build()

    def sites(fact: str, column: str = "site", where: str = "TRUE") -> dict[str, int]:
        rows = provider.warehouse.rows(f"SELECT {column} AS site, count(*) AS n FROM {fact} WHERE {where} GROUP BY ALL")
        return {row["site"]: row["n"] for row in rows}

    assert sites("fact_contact") == sites("fact_acd") == {"denver": 2, "tulsa": 1}
    assert sites("fact_handling") == {"denver": 2, "tulsa": 1, "boise": 1}
    assert sites("fact_survey") == sites("fact_issue", where="account_id = 'A1'") == {"denver": 1, "tulsa": 1}
    assert sites("fact_ticket") == sites("fact_sla") == {"boise": 2}
    assert sites("fact_ticket", "first_site") == {"denver": 1, "tulsa": 1}
    assert denominators(provider, "site") == {"denver": 2, "tulsa": 1}
    assert denominators(provider, "site_id", kpi="average_talk_time") == {"denver": 2, "tulsa": 1, "boise": 1}
