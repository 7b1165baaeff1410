//! Faulty configurations with the messages and hints that refuse them.

/// A configuration, its message, and words of the hint.
pub const PARAMETERS: [(&str, &str, &str); 70] = [
    (
        "policies: [{name: a, targets: {P1: {resolution: 2 fortnights}}}]",
        "policies[0].targets.P1.resolution at line 1: found \"2 fortnights\", expected a time such as 15m, 8h or 3d",
        "\"fortnights\" is not a unit. Write minutes as 15m, hours as 8h, working days as 3d, business days as 3bd, or 1h 30m.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: 90}}}]",
        "policies[0].targets.P1.resolution at line 1: found 90, expected a time such as 15m, 8h or 3d",
        "Minutes? Write 90m.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: 0h}}}]",
        "policies[0].targets.P1.resolution at line 1: found \"0h\", expected a time such as 15m, 8h or 3d",
        "A target is more than no time.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: -5}}}]",
        "policies[0].targets.P1.resolution at line 1: found -5, expected a time such as 15m, 8h or 3d",
        "A target is more than no time.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: 2w}}}]",
        "policies[0].targets.P1.resolution at line 1: found \"2w\", expected a time such as 15m, 8h or 3d",
        "A week could be 5 days or 7: write days, of which each is a working day.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: 1.5d}}}]",
        "policies[0].targets.P1.resolution at line 1: found \"1.5d\", expected a time such as 15m, 8h or 3d",
        "A part of a working day is not plain: write hours.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: 99999999999d}}}]",
        "policies[0].targets.P1.resolution at line 1: found \"99999999999d\", expected a time such as 15m, 8h or 3d",
        "The time is longer than an interval can be.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: [1h]}}}]",
        "policies[0].targets.P1.resolution at line 1: found a list, expected a time such as 15m, 8h or 3d",
        "Write minutes as 15m, hours as 8h, working days as 3d, business days as 3bd, or 1h 30m.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: }}}]",
        "policies[0].targets.P1.resolution at line 1: found nothing, expected a time such as 15m, 8h or 3d",
        "Write minutes as 15m, hours as 8h, working days as 3d, business days as 3bd, or 1h 30m.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: {hours: 24x7}}}}]",
        "policies[0].targets.P1.resolution at line 1: the object has no target",
        "Write {target: 8h, hours: 24x7}.",
    ),
    (
        "policies: [{name: a, targets: {P1: {reslution: 1h}}}]",
        "policies[0].targets.P1 at line 1: no key \"reslution\" is known here",
        "Did you mean \"resolution\"?",
    ),
    (
        "policies: [{name: a, targets: {P1: {hours: 24x7}}}]",
        "policies[0].targets.P1 at line 1: the priority has no targets",
        "Write targets: {P1: {first_response: 15m, resolution: 8h}}; '*' stands for every other priority.",
    ),
    (
        "policies: [{name: a, targets: {P1: {hours: 24/7, resolution: 1h}}}]",
        "policies[0].targets.P1.hours at line 1: found \"24/7\", expected business or 24x7",
        "Did you mean \"24x7\"?",
    ),
    (
        "policies: [{name: a, targets: {}}]",
        "policies[0].targets at line 1: the policy has no targets",
        "Write targets: {P1: {first_response: 15m, resolution: 8h}}; '*' stands for every other priority.",
    ),
    (
        "policies: [{name: a}]",
        "policies[0] at line 1: the policy has no targets",
        "Write targets: {P1: {first_response: 15m, resolution: 8h}}; '*' stands for every other priority.",
    ),
    (
        "policies: [{targets: {P1: {resolution: 1h}}}]",
        "policies[0] at line 1: the policy has no name",
        "Write name: and what reports should call it.",
    ),
    (
        "policies: [{name: a, target: {P1: {resolution: 1h}}}]",
        "policies[0] at line 1: no key \"target\" is known here",
        "Did you mean \"targets\"?",
    ),
    (
        "policies: [{name: a, warn: 80, targets: {P1: {resolution: 1h}}}]",
        "policies[0].warn at line 1: found 80, expected a part from 0 to 1",
        "80 percent of a target is 0.8.",
    ),
    (
        "policies: [{name: a, warn: 80%, targets: {P1: {resolution: 1h}}}]",
        "policies[0].warn at line 1: found \"80%\", expected a part from 0 to 1",
        "80 percent of a target is 0.8.",
    ),
    (
        "policies: [{name: ' a', targets: {P1: {resolution: 1h}}}]",
        "policies[0].name at line 1: found \" a\", expected a name of 1 to 200 characters without blanks around it",
        "Shorten the name, or leave the blanks out.",
    ),
    (
        "policies: [{name: a, calendar: emae, targets: {P1: {resolution: 1h}}}]",
        "policies[0].calendar at line 1: found \"emae\", expected the name of a calendar",
        "Did you mean \"emea\"?",
    ),
    (
        "policies: [{name: a, calendar: emea, targets: {P1: {calendar: ticket, resolution: 1h}}}]",
        "policies[0].targets.P1.calendar at line 1: found \"ticket\", expected a calendar by name, as the policy has one",
        "Leave the policy's calendar out and name one for each other priority.",
    ),
    (
        "policies: [{name: a, valid_from: 1 July, targets: {P1: {resolution: 1h}}}]",
        "policies[0].valid_from at line 1: found \"1 July\", expected a date such as 2026-01-01 or an instant such as 2026-01-01T08:00+01:00",
        "A date alone is midnight UTC; an instant has its offset, or Z for UTC.",
    ),
    (
        "policies: [{name: a, valid_from: 2026-07-01T08:00, targets: {P1: {resolution: 1h}}}]",
        "policies[0].valid_from at line 1: found \"2026-07-01T08:00\", expected a date such as 2026-01-01 or an instant such as 2026-01-01T08:00+01:00",
        "A date alone is midnight UTC; an instant has its offset, or Z for UTC.",
    ),
    (
        "policies: [{name: a, valid_from: 2026-07-01, valid_to: 2026-07-01 01:00+01, targets: {P1: {resolution: 1h}}}]",
        "policies[0] at line 1: the policy begins on 2026-07-01 and ends on 2026-07-01, so it never holds",
        "valid_to is the first instant at which it no longer holds.",
    ),
    (
        "policies: [{name: a, when: gold, targets: {P1: {resolution: 1h}}}]",
        "policies[0].when at line 1: found \"gold\", expected an object of fields and tests, or a list of them",
        "Conditions read {\"brand\": \"acme\", \"priority\": [\"P1\", \"P2\"], \"cost\": {\"at_least\": 100}}.",
    ),
    (
        "policies: [{name: a, when: {brand: []}, targets: {P1: {resolution: 1h}}}]",
        "policies[0].when.brand at line 1: found [], expected at least one value; an empty list never matches",
        "Conditions read {\"brand\": \"acme\", \"priority\": [\"P1\", \"P2\"], \"cost\": {\"at_least\": 100}}.",
    ),
    (
        "policies: [{name: a, when: {cost: {at_lest: 3}}, targets: {P1: {resolution: 1h}}}]",
        "policies[0].when.cost.at_lest at line 1: found the key \"at_lest\", expected \"at_least\"",
        "Conditions read {\"brand\": \"acme\", \"priority\": [\"P1\", \"P2\"], \"cost\": {\"at_least\": 100}}.",
    ),
    (
        "policies: [{name: a, when: [{brand: x}, {cost: {at_least: [1]}}], targets: {P1: {resolution: 1h}}}]",
        "policies[0].when[1].cost.at_least at line 1: found [1], expected a text, a number, true or false",
        "Conditions read {\"brand\": \"acme\", \"priority\": [\"P1\", \"P2\"], \"cost\": {\"at_least\": 100}}.",
    ),
    (
        "policies: [{name: a, when: {event: created}, targets: {P1: {resolution: 1h}}}]",
        "policies[0].when at line 1: found the field \"event\", which events have, expected fields of tickets",
        "Policies ask of a ticket: priority, brand, channel, tier, tags, group_name or any other of its columns.",
    ),
    (
        "policies: [{name: a, when: {priority: [P1, P2]}, targets: {P3: {resolution: 1h}, P4: {resolution: 1h}}}]",
        "policies[0].targets at line 1: the policy's own condition excludes the priority P3 or P4",
        "Name in targets a priority that the condition lets through, or write '*'.",
    ),
    (
        "policies: [{name: a, targets: {P1: {resolution: 1h}}}, {name: b, when: {tier: gold}, targets: {P1: {resolution: 1h}}}]",
        "policies[1] at line 1: the policy \"b\" never matches, as whatever it matches goes to \"a\" at line 1",
        "The first policy that matches wins: put the narrower one first.",
    ),
    (
        "policies: [{name: a, when: {tier: [gold, silver]}, valid_to: 2026-01-01, targets: {P1: {resolution: 1h}}}, {name: b, when: {tier: [silver, gold]}, valid_from: 2026-01-01, targets: {P1: {resolution: 1h}}}, {name: c, when: {tier: gold, brand: x}, targets: {P1: {resolution: 1h}}}]",
        "policies[2] at line 1: the policy \"c\" never matches, as whatever it matches goes to \"a\" at line 1 or \"b\" at line 1",
        "The first policy that matches wins: put the narrower one first.",
    ),
    (
        "policies: [{name: a, valid_to: 2026-02-01, when: {x: 1}, targets: {P1: {resolution: 1h}}}, {name: a, valid_from: 2026-01-01, targets: {P1: {resolution: 1h}}}]",
        "policies[1] at line 1: the policy \"a\" at line 1 holds at the same time",
        "Give it another name, or let one version end where the other begins: valid_to, valid_from.",
    ),
    (
        "policies: {a: {resolution: 1h}}",
        "policies at line 1: found an object, expected a list of policies",
        "config/sla_policies.yml shows every part.",
    ),
    (
        "policies:",
        "policies at line 1: found nothing, expected a list of policies",
        "config/sla_policies.yml shows every part.",
    ),
    (
        "polices: []",
        "configuration at line 1: no key \"polices\" is known here",
        "Did you mean \"policies\"?",
    ),
    (
        "calendars: {desk: Mo-Fr 9-25 @ UTC}",
        "calendars.desk at line 1: opening hours \"Mo-Fr 9-25\" do not read at \"9-25\" (at its character 7)",
        "Write hours in the OpenStreetMap grammar, for instance \"Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off\", \"24/7\" or \"off\".",
    ),
    (
        "calendars: {desk: {hours: Mo-Fr 09:00-17:00, time_zone: Europe/Berlni}}",
        "calendars.desk.time_zone at line 1: time zone \"Europe/Berlni\" does not exist",
        "Did you mean \"Europe/Berlin\"? A zone is an IANA name.",
    ),
    (
        "calendars: {desk: {hours: Mo-Fr 09:00-17:00}}",
        "calendars.desk at line 1: the calendar has no time_zone",
        "Write hours: Mo-Fr 09:00-17:00 and time_zone: Europe/Berlin.",
    ),
    (
        "calendars: {desk: {hours: Mo-Fr 09:00-17:00, timezone: UTC}}",
        "calendars.desk at line 1: no key \"timezone\" is known here",
        "Did you mean \"time_zone\"?",
    ),
    (
        "calendars: {desk: {hours: Mo-Fr 09:00-17:00, time_zone: UTC, country: DDE}}",
        "calendars.desk.country at line 1: unknown country \"DDE\"",
        "Write an ISO 3166-1 alpha-2 code such as \"US\", or list your own holidays.",
    ),
    (
        "calendars: {desk: {hours: Mo-Fr 09:00-17:00, time_zone: UTC, holidays: [24 Dec]}}",
        "calendars.desk at line 1: calendar at \"holidays\": found \"24 Dec\", expected a date as \"2026-12-24\"",
        "Write {\"time_zone\": \"Europe/Berlin\", \"hours\": {\"mon\": [[\"09:00\", \"17:00\"]]}, \"holidays\": [\"2026-01-02\"]}.",
    ),
    (
        "calendars: {desk: {calendar: 24/7 @ UTC, union: [a]}}",
        "calendars.desk at line 1: calendar and union stand beside each other",
        "A calendar has one of calendar, union, intersection or difference.",
    ),
    (
        "calendars: {desk: off @ UTC}",
        "calendars.desk at line 1: the calendar \"off @ UTC\" never opens",
        "A target in it would never pass. Give it opening hours, such as Mo-Fr 09:00-17:00.",
    ),
    (
        "calendars: {desk: []}",
        "calendars.desk at line 1: found an empty list, expected a calendar or a list of its versions",
        "config/sla_policies.yml shows every part.",
    ),
    (
        "calendars: {ticket: 24/7 @ UTC}",
        "calendars.ticket at line 1: found the name \"ticket\", expected a name without @, without { in front, and not \"ticket\"",
        "A name with these would be read as a calendar's text, or as the ticket's own calendar.",
    ),
    (
        "calendars: {a@b: 24/7 @ UTC}",
        "calendars[\"a@b\"] at line 1: found the name \"a@b\", expected a name without @, without { in front, and not \"ticket\"",
        "A name with these would be read as a calendar's text, or as the ticket's own calendar.",
    ),
    (
        "calendars: {desk: [{calendar: 24/7 @ UTC, valid_to: 2026-02-01}, {calendar: 24/7 @ UTC, valid_from: 2026-01-31}]}",
        "calendars.desk[1] at line 1: the version overlaps the one at line 1",
        "Let each version begin where the one before ends: valid_to, valid_from.",
    ),
    (
        "calendars: {desk: {calendar: 24/7 @ UTC, valid_from: 2026-02-01, valid_to: 2026-01-01}}",
        "calendars.desk at line 1: the version begins on 2026-02-01 and ends on 2026-01-01, so it never holds",
        "valid_to is the first day on which it no longer holds.",
    ),
    (
        "calendars: {desk: {calendar: 24/7 @ UTC, valid_from: 2026-02-30}}",
        "calendars.desk.valid_from at line 1: found \"2026-02-30\", expected a date such as 2026-01-01",
        "A version of a calendar holds from local midnight of a date.",
    ),
    (
        "states: {waiting: [x]}",
        "states at line 1: no key \"waiting\" is known here",
        "Keys here are new, open, pending, hold, solved, closed.",
    ),
    (
        "states: {pending: x}",
        "states.pending at line 1: found \"x\", expected a list of statuses",
        "config/sla_policies.yml shows every part.",
    ),
    (
        "states: {pending: [x, X]}",
        "states.pending[1] at line 1: the status \"x\" is listed twice, first as pending",
        "A status is one state.",
    ),
    (
        "metrics: {Triage: {start: {event: created}, stop: {field: priority}}}",
        "metrics.Triage at line 1: found the name \"Triage\", expected a name of small letters, digits and underscores that begins with a letter",
        "Write it as first_response is written.",
    ),
    (
        "metrics: {warn: {start: {event: created}, stop: {field: priority}}}",
        "metrics.warn at line 1: \"warn\" has a meaning of its own beside targets",
        "Give the metric another name.",
    ),
    (
        "metrics: {triage: {start: {event: created}}}",
        "metrics.triage at line 1: the metric has no stop",
        "Write start: {event: created} and stop: {state: [solved, closed]}.",
    ),
    (
        "metrics: {triage: {start: {}, stop: {field: priority}}}",
        "metrics.triage.start at line 1: found a condition that always holds, expected one that names something",
        "Name an event or a state: {event: comment, by: agent, public: true}, {state: pending}.",
    ),
    (
        "metrics: {triage: {start: {event: created}, stop: {field: priority}, cycles: twice}}",
        "metrics.triage.cycles at line 1: found \"twice\", expected one or many",
        "Write one of the words.",
    ),
    (
        "metrics: {triage: {start: {event: created}, stop: {field: priority}, position: first}}",
        "metrics.triage.position at line 1: found \"first\", expected a whole number: the place in lists",
        "config/sla_policies.yml shows every part.",
    ),
    (
        "presets: {a: {like: b}, b: {like: a}}",
        "presets.b.like at line 1: \"b\" is like itself: a -> b -> a",
        "Let one of them stand for itself.",
    ),
    (
        "presets: {a: {like: zendesc}}",
        "presets.a.like at line 1: found \"zendesc\", expected the name of a preset",
        "Did you mean \"zendesk\"?",
    ),
    (
        "presets: {a: {reopen: resumes}}",
        "presets.a.reopen at line 1: found \"resumes\", expected resume, pause, count, new_cycle or ignore",
        "Did you mean \"resume\"?",
    ),
    (
        "presets: {a: {retroactive_start: yes}}",
        "presets.a.retroactive_start at line 1: found \"yes\", expected true or false",
        "config/sla_policies.yml shows every part.",
    ),
    (
        "presets: {a: {metrics: {resolution: {start: ~}}}}",
        "presets.a.metrics.resolution.start at line 1: found nothing, expected a condition, as no metric is without it",
        "config/sla_policies.yml shows every part.",
    ),
    (
        "presets: {a: {metrics: {resolutin: {}}}}",
        "presets.a.metrics.resolutin at line 1: found \"resolutin\", expected the name of a metric",
        "Did you mean \"resolution\"?",
    ),
    (
        "preset: zendesc",
        "preset at line 1: found \"zendesc\", expected the name of a preset",
        "Did you mean \"zendesk\"?",
    ),
    (
        "default_calendar: emae",
        "default_calendar at line 1: found \"emae\", expected the name of a calendar",
        "Did you mean \"emea\"?",
    ),
    (
        "- a",
        "configuration at line 1: found a list, expected an object with policies, calendars or other sections",
        "config/sla_policies.yml shows every part.",
    ),
    (
        "~",
        "configuration at line 1: found nothing, expected an object with policies, calendars or other sections",
        "config/sla_policies.yml shows every part.",
    ),
];
