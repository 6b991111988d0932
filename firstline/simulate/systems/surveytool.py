"""The survey tool: every invitation with its answer, if there was one, and the scale of its question."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, numbers, words
from firstline.simulate.columns import NEVER, pick
from firstline.simulate.exports import ISO_OFFSET, Export, clock_times, toml_values
from firstline.simulate.surveys import KINDS, SCALES, VIA
from firstline.simulate.world import World

KIND_WORDS = {
    "After contact": "csat",
    "After ticket (NPS)": "nps_transactional",
    "Relationship (NPS)": "nps_relational",
}
VIA_WORDS = {"Text message": "sms", "Email": "email"}

MAPPING = Template("""\
# Invitations and answers of the survey tool. Times carry their offset.
source = "survey_tool"

[file]
entity = "survey_invite"
timezone = "$zone"
complete_until = "exported_at"

[fields]
invite_id = "Survey ID"
sent_at = { column = "Sent", format = "iso" }
account_id = "Account"
contact_id = "Interaction"
ticket_id = "Ticket"
channel = { column = "Sent Via", values = $via }

[[also]]
entity = "survey_response"
when = "score is not null"
[also.fields]
response_id = "Survey ID"
invite_id = "Survey ID"
account_id = "Account"
contact_id = "Interaction"
ticket_id = "Ticket"
kind = { column = "Questionnaire", values = $kinds }
scale_min = "Lowest"
scale_max = "Highest"
score = "Score"
responded_at = { column = "Answered", format = "iso" }
channel = { column = "Sent Via", values = $via }
""")


def surveys_export(world: World) -> Export:
    """surveys.csv: survey invites and responses."""
    surveys, clock, read = world.surveys, world.clock, world.flaws.late_from
    rows = np.flatnonzero(surveys.sent < read)
    surveys = pick(surveys, rows)
    answered = surveys.answered & (surveys.responded < read)
    low, high = np.array(SCALES, dtype=np.int64).T
    columns: dict[str, Column] = {
        "Survey ID": world.ids.surveys(rows),
        "Questionnaire": words(in_words(KIND_WORDS, KINDS), surveys.kind),
        "Account": world.ids.accounts(surveys.subscriber),
        "Interaction": world.ids.contacts(world.contacts, surveys.contact),
        "Ticket": world.ids.tickets(surveys.ticket),
        "Sent Via": words(in_words(VIA_WORDS, VIA), surveys.via),
        "Sent": clock_times(clock, surveys.sent, ISO_OFFSET),
        "Answered": clock_times(clock, np.where(answered, surveys.responded, NEVER), ISO_OFFSET),
        "Score": numbers(surveys.score, answered),
        "Lowest": numbers(low[surveys.kind]),
        "Highest": numbers(high[surveys.kind]),
    }
    mapping = MAPPING.substitute(zone=clock.zone.key, via=toml_values(VIA_WORDS), kinds=toml_values(KIND_WORDS))
    return Export("surveys.csv", columns, mapping)
