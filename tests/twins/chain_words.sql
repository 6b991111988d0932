-- Words about issues, once their chains are learnt: likewise predicates over canonical rows and the two tables of chains.

-- Whether a survey is about a contact or ticket: the contact it names, else the ticket.
CREATE OR REPLACE TEMP MACRO is_about(p_source, p_contact, p_ticket, p_kind, p_of, p_id) AS
  CASE WHEN p_contact IS NOT NULL
    THEN p_kind = 'contact' AND p_id = p_contact AND p_of = contact_home(p_source, p_contact)
    ELSE p_kind = 'ticket' AND p_id = p_ticket AND p_of = ticket_home(p_source, p_ticket)
  END;

-- Whether an answer can tell of an issue's first contact: yes or no, about it, asked a day or more after its end.
CREATE OR REPLACE TEMP MACRO can_tell(p_source, p_kind, p_score, p_invite, p_contact, p_responded, p_issue) AS
  p_kind = 'fcr' AND p_score IN (0, 1) AND EXISTS (
    SELECT 1 FROM chain begun
    WHERE begun.issue = p_issue
      AND (coalesce((
        SELECT min(letter.sent_at) FROM survey_invite letter
        WHERE NOT letter.is_deleted AND letter.source_system = p_source AND letter.invite_id = p_invite), p_responded)
        < begun.ended_at + INTERVAL 24 HOUR) IS NOT TRUE
      AND (p_contact IS NULL OR begun.contact_id IS NULL OR begun.contact_id = (
        SELECT min(part.head) FROM chained part
        WHERE part.kind = 'contact' AND part.id = p_contact AND part.source = contact_home(p_source, p_contact))));
