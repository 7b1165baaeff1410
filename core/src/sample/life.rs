//! What happens to a ticket.
//!
//! Tier 1 gets every ticket. Most are answered and solved by it (the happy path: created, assigned, reply, solved,
//! closed); calls are solved on the line. One in six goes to Tier 2, which has a queue, and one in five of those
//! on to Engineering. Some wait for the customer or a supplier, some are opened again.

use super::people::{ENGINEERING, GROUPS, Organization, TIER_1, TIER_2};
use super::random::Random;
use super::words;
use super::{DAY, HOUR, SECOND, Sample};
use crate::time::Timestamp;

/// Who caused an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    System,
    Customer,
    Agent(usize),
}

/// A value of a field before or after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    None,
    Word(&'static str),
    Agent(usize),
}

/// One event of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    /// created, comment, or the field that changed.
    pub kind: &'static str,
    pub by: Actor,
    pub old: Value,
    pub new: Value,
}

/// A ticket as it is created.
pub struct NewTicket {
    pub number: u64,
    pub at: Timestamp,
    pub region: usize,
    pub outage: bool,
    pub organization: Organization,
    pub requester: u64,
    pub kind: &'static str,
    pub channel: &'static str,
    pub priority: &'static str,
    /// The priority that it gets when it is escalated, if another.
    pub raised: Option<&'static str>,
    pub subject: (&'static str, &'static str),
    escalated: bool,
}

const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

/// The ticket of a number, counted from 1, as it is created.
pub fn new_ticket(sample: &Sample, random: &mut Random, number: u64) -> NewTicket {
    let arrival = sample.year.arrival(random, number - 1, sample.tickets);
    let organization = sample.people.organization(random);
    let kind = match arrival.outage {
        true => "incident",
        false => random.pick(&[
            ("question", 47),
            ("incident", 25),
            ("task", 18),
            ("problem", 10),
        ]),
    };
    // Low, normal, high, urgent.
    let weights: [u32; 4] = match (arrival.outage, kind) {
        (true, _) => [0, 30, 40, 30],
        (_, "incident") => [6, 47, 30, 17],
        (_, "problem") => [14, 58, 24, 4],
        _ => [28, 60, 11, 1],
    };
    let at = |i| (i, weights[i]);
    let level: usize = random.pick(&[at(0), at(1), at(2), at(3)]);
    let chance = match kind {
        "question" => 0.085,
        "task" => 0.11,
        "incident" => 0.26,
        _ => 0.27,
    };
    let escalated = random.chance(
        chance
            + if (level, kind) == (3, "incident") {
                0.06
            } else {
                0.0
            },
    );
    let raised = (escalated && level < 3 && random.chance(0.06)).then(|| PRIORITIES[level + 1]);
    NewTicket {
        number,
        at: arrival.at,
        region: arrival.region,
        outage: arrival.outage,
        requester: random.below(organization.seats),
        organization,
        kind,
        channel: random.pick(&[("email", 42), ("web", 24), ("phone", 21), ("chat", 13)]),
        priority: PRIORITIES[level],
        raised,
        subject: match arrival.outage {
            true => words::OUTAGE,
            false => words::subject(random, kind),
        },
        escalated,
    }
}

struct TicketStory<'a> {
    sample: &'a Sample,
    born: &'a NewTicket,
    random: &'a mut Random,
    now: i64,
    status: &'static str,
    priority: &'static str,
    group: usize,
    agent: usize,
    replied: bool,
    events: Vec<Event>,
}

impl TicketStory<'_> {
    fn note(&mut self, kind: &'static str, by: Actor, old: Value, new: Value) {
        let at = self.now;
        self.events.push(Event {
            at,
            kind,
            by,
            old,
            new,
        });
    }

    fn comment(&mut self, by: Actor) {
        self.replied |= by != Actor::Customer;
        self.note("comment", by, Value::None, Value::None);
    }

    fn reply(&mut self) {
        self.comment(Actor::Agent(self.agent));
    }

    fn status(&mut self, by: Actor, to: &'static str) {
        let from = std::mem::replace(&mut self.status, to);
        self.note("status", by, Value::Word(from), Value::Word(to));
    }

    /// Another agent takes the ticket; who had it before had done something on it.
    fn hand_over(&mut self, to: usize) {
        let from = std::mem::replace(&mut self.agent, to);
        if from != to {
            let by = Actor::Agent(from);
            self.note("assignee", by, Value::Agent(from), Value::Agent(to));
        }
    }

    /// Another group takes it, and one of its people, who may be noted as such.
    fn escalate(&mut self, group: usize) {
        let (from, to) = (GROUPS[self.group], GROUPS[group]);
        let by = Actor::Agent(self.agent);
        self.note("group_name", by, Value::Word(from), Value::Word(to));
        self.group = group;
        let next = self.sample.people.someone(self.random, group);
        match self.events.iter().any(|e| e.kind == "assignee") {
            true => self.hand_over(next),
            false => self.agent = next,
        }
    }

    /// Lets minutes of work pass: in business hours, or round the clock for what is urgent, more slowly
    /// at night.
    fn work(&mut self, minutes: f64) {
        let line = &self.sample.year.regions[self.born.region].line;
        let micros = (minutes * 60.0) as i64 * SECOND;
        self.now = match self.priority {
            "urgent" if line.is_open(self.now) => self.now + micros,
            "urgent" => self.now + micros + micros * 2 / 5,
            _ => line.add(self.now, micros),
        };
        self.now = self.now.div_euclid(SECOND) * SECOND;
    }

    /// Lets time pass that is no work of ours.
    fn wait(&mut self, micros: f64) {
        self.now += (micros / SECOND as f64) as i64 * SECOND;
    }

    /// Until Tier 1 gets to it.
    fn triage(&mut self) {
        let queue = self.sample.year.queues(self.now).tier_1;
        let usual = match (self.priority, self.born.kind) {
            ("urgent", "incident") => 15.5,
            ("urgent", _) => 8.0,
            ("high", _) => 37.0,
            ("normal", _) => 86.0,
            _ => 165.0,
        };
        let usual = match self.born.channel {
            "phone" => 4.0,
            "chat" => usual * 0.6,
            _ => usual,
        };
        let strain = 0.85 + 0.5 * queue.min(2.0) + if self.born.outage { 0.4 } else { 0.0 };
        let pace = self.sample.people.agents[self.agent].pace;
        let tail = self.random.long_tail();
        self.work(usual * strain * pace * tail);
    }

    /// Until Tier 2 gets to it, and its work; what turns out to be a bug is looked at first.
    fn tier_2(&mut self, bug: bool) {
        let queue = self.sample.year.queues(self.now).tier_2;
        let (patience, share) = match self.priority {
            "urgent" => (0.42, 0.12),
            "high" => (0.7, 0.5),
            "normal" => (1.0, 1.0),
            _ => (1.3, 1.2),
        };
        let tail = self.random.short_tail();
        let waits = 165.0 * patience * tail + queue * 480.0 * share * self.random.between(0.7, 1.3);
        let pace = self.sample.people.agents[self.agent].pace;
        let works = self.random.between(45.0, 110.0) * pace;
        self.work((waits + works) * if bug { 0.4 } else { 1.0 });
    }

    fn engineering(&mut self) {
        let patience = if self.priority == "urgent" { 0.4 } else { 1.0 };
        let tail = self.random.short_tail();
        let works = self.random.between(60.0, 180.0);
        self.work((120.0 * tail + works) * patience);
        if self.random.chance(0.32) {
            self.status(Actor::Agent(self.agent), "hold");
            let days = 2.0 * self.random.long_tail();
            self.wait(days * DAY as f64);
            self.work(20.0);
            self.status(Actor::System, "open");
            self.work(60.0);
        }
    }

    /// The customer is asked, and answers some time later.
    fn ask(&mut self) {
        self.reply();
        self.status(Actor::Agent(self.agent), "pending");
        let hours = (50.0 * self.random.long_tail()).max(0.2);
        self.wait(hours * HOUR as f64);
        self.comment(Actor::Customer);
        self.status(Actor::Customer, "open");
        if self.random.chance(0.15) {
            let next = self.sample.people.colleague(self.random, self.agent);
            self.hand_over(next);
        }
        let minutes = 45.0 * self.random.long_tail();
        self.work(minutes);
    }

    fn solve(&mut self) {
        self.status(Actor::Agent(self.agent), "solved");
    }

    fn reopen(&mut self) {
        let hours = self.random.between(2.0, 60.0);
        self.wait(hours * HOUR as f64);
        if self.random.chance(0.35) {
            self.comment(Actor::Customer);
        }
        self.status(Actor::Customer, "open");
        let minutes = match self.priority {
            "urgent" => 25.0,
            _ => 90.0,
        };
        let minutes = minutes * self.random.long_tail();
        self.work(minutes);
        if self.random.chance(0.25) {
            self.reply();
            self.work(10.0);
        }
        self.solve();
    }
}

/// The events of a ticket from its creation on, in order.
pub fn live(sample: &Sample, random: &mut Random, born: &NewTicket) -> Vec<Event> {
    let agent = sample.people.someone(random, TIER_1);
    let mut life = TicketStory {
        sample,
        born,
        random,
        now: born.at,
        status: "new",
        priority: born.priority,
        group: TIER_1,
        agent,
        replied: false,
        events: Vec::with_capacity(8),
    };
    life.note("created", Actor::Customer, Value::None, Value::None);
    life.note(
        "group_name",
        Actor::System,
        Value::None,
        Value::Word(GROUPS[TIER_1]),
    );
    life.triage();
    let mut again = 0.15;
    if born.escalated {
        escalated(&mut life);
    } else if life.random.chance(0.016) {
        life.ask();
        life.reply();
        life.solve();
    } else if life
        .random
        .chance(if born.channel == "phone" { 0.93 } else { 0.05 })
    {
        // On the line, or a double that needs no answer.
        let minutes = life.random.between(3.0, 25.0);
        life.work(minutes);
        life.solve();
    } else {
        life.reply();
        let minutes = life.random.between(1.0, 20.0);
        life.work(minutes);
        life.solve();
        again = 0.014;
    }
    if life.random.chance(again) {
        life.reopen();
    }
    let days = life.random.between(4.0, 6.0);
    life.wait(days * DAY as f64);
    life.status(Actor::System, "closed");
    life.events
}

fn escalated(life: &mut TicketStory<'_>) {
    let (urgent, incident) = (life.priority == "urgent", life.born.kind == "incident");
    if life
        .random
        .chance(if urgent && !incident { 0.85 } else { 0.5 })
    {
        life.reply();
    }
    let minutes = life.random.between(5.0, 25.0);
    life.work(minutes);
    if let Some(raised) = life.born.raised {
        let by = Actor::Agent(life.agent);
        life.note(
            "priority",
            by,
            Value::Word(life.priority),
            Value::Word(raised),
        );
        life.priority = raised;
    }
    life.escalate(TIER_2);
    if life.random.chance(0.14) {
        life.status(Actor::System, "open");
    }
    let bug = life.random.chance(0.2);
    life.tier_2(bug);
    if life.random.chance(0.045) {
        life.ask();
    }
    if bug {
        life.escalate(ENGINEERING);
        life.engineering();
    }
    if !life.replied || life.random.chance(0.25) {
        life.reply();
        let minutes = life.random.between(1.0, 15.0);
        life.work(minutes);
    }
    life.solve();
}
