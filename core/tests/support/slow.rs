//! What clocks of a ticket should say, computed minute by minute from the words that describe the
//! metrics. Nothing here is shared with the library.

/// Minutes from Monday 2026-01-05 00:00 UTC.
pub type Minute = i64;

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Status(&'static str),
    /// A public comment of an agent, an internal one, and one of the customer.
    Reply,
    Note,
    Ask,
    Priority(&'static str),
    Group(&'static str),
    Calendar(&'static str),
    Assignee(Option<&'static str>),
}

/// A ticket: when it was created, how it was then, and what happened, in order.
#[derive(Clone, Debug)]
pub struct Story {
    pub created: Minute,
    pub status: &'static str,
    pub priority: &'static str,
    pub group: &'static str,
    pub calendar: &'static str,
    pub tier: &'static str,
    pub assignee: Option<&'static str>,
    pub events: Vec<(Minute, What)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reopen {
    Resume,
    Pause,
    Count,
    NewCycle,
    Ignore,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unanswered {
    Fulfill,
    Cancel,
    Ignore,
}

/// A cycle: when it ran and waited, when it ended, and whether for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cycle {
    pub start: Minute,
    pub ran: Vec<(Minute, Minute)>,
    pub waited: Vec<(Minute, Minute)>,
    pub end: Option<Minute>,
    pub cancelled: bool,
}

pub fn over(status: &str) -> bool {
    matches!(status, "solved" | "closed")
}

/// Whether a calendar is open in the minute that begins at `m`.
pub fn open(calendar: &str, m: Minute) -> bool {
    let (day, hour) = (m.div_euclid(1_440).rem_euclid(7), m.rem_euclid(1_440) / 60);
    match calendar {
        "24x7" => true,
        "desk" => day < 5 && (9..17).contains(&hour),
        "late" => (12..20).contains(&hour),
        "never" => false,
        other => panic!("{other}"),
    }
}

impl Story {
    /// The last value of a field at or before an instant.
    fn last<T: Copy>(&self, first: T, at: Minute, of: impl Fn(&What) -> Option<T>) -> T {
        let then = self.events.iter().filter(|e| e.0 <= at);
        then.filter_map(|e| of(&e.1)).last().unwrap_or(first)
    }

    pub fn status_at(&self, at: Minute) -> &'static str {
        self.last(self.status, at, |w| match w {
            What::Status(s) => Some(*s),
            _ => None,
        })
    }

    pub fn priority_at(&self, at: Minute) -> &'static str {
        self.last(self.priority, at, |w| match w {
            What::Priority(p) => Some(*p),
            _ => None,
        })
    }

    pub fn group_at(&self, at: Minute) -> &'static str {
        self.last(self.group, at, |w| match w {
            What::Group(g) => Some(*g),
            _ => None,
        })
    }

    pub fn calendar_at(&self, at: Minute) -> &'static str {
        self.last(self.calendar, at, |w| match w {
            What::Calendar(c) => Some(*c),
            _ => None,
        })
    }

    pub fn assignee_at(&self, at: Minute) -> Option<&'static str> {
        self.last(self.assignee, at, |w| match w {
            What::Assignee(a) => Some(*a),
            _ => None,
        })
    }

    pub fn over_at(&self, at: Minute) -> bool {
        over(self.status_at(at))
    }

    fn now(&self, at: Minute) -> impl Iterator<Item = &What> {
        self.events.iter().filter(move |e| e.0 == at).map(|e| &e.1)
    }

    /// Maximal stretches in which the ticket is not over, up to `as_of`; the first begins at the creation
    /// even if it has no length.
    fn stretches(&self, as_of: Minute) -> Vec<(Minute, Option<Minute>)> {
        let mut list = vec![(self.created, None)];
        let mut was = false;
        for m in self.created..=as_of {
            let is = self.over_at(m);
            match (was, is) {
                (false, true) => list.last_mut().expect("one").1 = Some(m),
                (true, false) => list.push((m, None)),
                _ => {}
            }
            was = is;
        }
        list
    }

    fn part(&self, from: Minute, to: Minute, waits: &[&str], cycle: &mut Cycle) {
        for m in from..to {
            let status = self.status_at(m);
            let list = if waits.contains(&status) {
                &mut cycle.waited
            } else {
                &mut cycle.ran
            };
            list.push((m, m + 1));
        }
    }

    /// Whether its first comment is an internal one of an agent, written as the ticket was created.
    fn noted(&self) -> bool {
        let comment = |w: &&What| matches!(w, What::Reply | What::Note | What::Ask);
        self.now(self.created).find(comment) == Some(&What::Note)
    }

    /// When the ticket last became closed; None while it is not.
    pub fn closed(&self, as_of: Minute) -> Option<Minute> {
        let is = |m: Minute| self.status_at(m) == "closed";
        let first = |m: &Minute| *m == self.created || !is(m - 1);
        let last = (self.created..=as_of).rev().take_while(|m| is(*m));
        last.filter(first).last()
    }

    /// Creation to solved; waits in some states.
    pub fn until_solved(&self, as_of: Minute, reopen: Reopen, waits: &[&str]) -> Vec<Cycle> {
        let stretches = self.stretches(as_of);
        let used = match reopen {
            Reopen::Ignore => &stretches[..1],
            _ => &stretches[..],
        };
        let mut cycles: Vec<Cycle> = Vec::new();
        let mut before: Option<Minute> = None;
        for (from, to) in used {
            if cycles.is_empty() || reopen == Reopen::NewCycle {
                cycles.push(Cycle {
                    start: *from,
                    ..Cycle::default()
                });
            }
            let cycle = cycles.last_mut().expect("one");
            if let (Some(solved), Reopen::Pause) = (before, reopen) {
                cycle.waited.extend((solved..*from).map(|m| (m, m + 1)));
            }
            if let (Some(solved), Reopen::Count) = (before, reopen) {
                self.part(solved, *from, waits, cycle);
            }
            self.part(*from, to.unwrap_or(as_of), waits, cycle);
            cycle.end = *to;
            before = *to;
        }
        cycles
    }

    /// Each group's time, until it is handed over or the ticket is solved.
    pub fn ownership(&self, as_of: Minute) -> Vec<Cycle> {
        let mut cycles = Vec::new();
        for (from, to) in self.stretches(as_of) {
            let end = to.unwrap_or(as_of);
            let handed = |m: &Minute| self.now(*m).any(|w| matches!(w, What::Group(_)));
            let mut cuts: Vec<_> = (from + 1..=end).filter(handed).collect();
            // Handed over as it was solved: nobody had it after.
            cuts.retain(|c| Some(*c) != to);
            let mut starts = vec![from];
            starts.extend(&cuts);
            for (i, start) in starts.iter().enumerate() {
                let stop = starts.get(i + 1).copied().or(to);
                if stop == Some(*start) {
                    continue;
                }
                let mut cycle = Cycle {
                    start: *start,
                    end: stop,
                    ..Cycle::default()
                };
                self.part(*start, stop.unwrap_or(as_of), &[], &mut cycle);
                cycles.push(cycle);
            }
        }
        cycles
    }

    /// A reply that is owed: from the creation, or, `next`, from each message after the first reply. If
    /// `asked`, a ticket that an agent opened with a note owes nothing before the customer asks.
    pub fn replies(
        &self,
        as_of: Minute,
        next: bool,
        asked: bool,
        reopen: Reopen,
        solved: Unanswered,
    ) -> Vec<Cycle> {
        #[derive(PartialEq)]
        enum Is {
            Idle,
            Owed,
            /// Solved without a word: owed again if the ticket is opened.
            Void,
        }
        let mut cycles: Vec<Cycle> = Vec::new();
        let (mut is, mut answered) = (Is::Idle, false);
        let mut silent = asked && self.noted();
        // Cycles that have not lasted, by number.
        let mut nothing: Vec<usize> = Vec::new();
        let mut since = self.created;
        let begin = |cycles: &mut Vec<Cycle>, m| {
            cycles.push(Cycle {
                start: m,
                ..Cycle::default()
            });
        };
        for m in self.created..=as_of {
            let mut begun = false;
            if !next && m == self.created && !silent {
                begin(&mut cycles, m);
                (is, begun, since) = (Is::Owed, true, m);
            }
            for what in self.now(m) {
                match what {
                    What::Reply => {
                        answered |= !silent;
                        if is == Is::Owed {
                            let cycle = cycles.last_mut().expect("one");
                            cycle.ran.extend((since..m).map(|k| (k, k + 1)));
                            cycle.end = Some(m);
                            is = Is::Idle;
                        }
                        // Answered after all, so that opening the ticket owes nothing.
                        if is == Is::Void {
                            is = Is::Idle;
                        }
                    }
                    What::Ask if silent && !next => {
                        silent = false;
                        begin(&mut cycles, m);
                        (is, begun, since) = (Is::Owed, true, m);
                    }
                    What::Ask if silent => silent = false,
                    What::Ask if next && answered && is != Is::Owed => {
                        if cycles.last().is_some_and(|c| c.start == m) {
                            cycles.pop();
                            nothing.retain(|n| *n != cycles.len());
                        }
                        begin(&mut cycles, m);
                        (is, begun, since) = (Is::Owed, true, m);
                    }
                    _ => {}
                }
            }
            let over = self.over_at(m);
            let number = cycles.len().saturating_sub(1);
            if is == Is::Owed && over {
                let cycle = cycles.last_mut().expect("one");
                let before = m > self.created && self.over_at(m - 1);
                let to_void = begun && (next || before);
                if to_void || solved != Unanswered::Ignore {
                    cycle.ran.extend((since..m).map(|k| (k, k + 1)));
                    cycle.end = Some(m);
                    cycle.cancelled = to_void || solved == Unanswered::Cancel;
                    is = if cycle.cancelled { Is::Void } else { Is::Idle };
                }
                if to_void {
                    nothing.push(number);
                }
            } else if is == Is::Void && !over {
                let stopped = cycles.last().and_then(|c| c.end).expect("an end");
                match reopen {
                    Reopen::Ignore => is = Is::Idle,
                    Reopen::NewCycle => {
                        begin(&mut cycles, m);
                        (is, since) = (Is::Owed, m);
                    }
                    Reopen::Resume | Reopen::Pause | Reopen::Count => {
                        let cycle = cycles.last_mut().expect("one");
                        if reopen == Reopen::Pause {
                            cycle.waited.extend((stopped..m).map(|k| (k, k + 1)));
                        }
                        if reopen == Reopen::Count {
                            cycle.ran.extend((stopped..m).map(|k| (k, k + 1)));
                        }
                        (cycle.end, cycle.cancelled) = (None, false);
                        nothing.retain(|n| *n != number);
                        (is, since) = (Is::Owed, m);
                    }
                }
            }
        }
        if is == Is::Owed {
            let cycle = cycles.last_mut().expect("one");
            cycle.ran.extend((since..as_of).map(|k| (k, k + 1)));
        }
        let kept = cycles.into_iter().enumerate();
        kept.filter(|(i, _)| !nothing.contains(i))
            .map(|c| c.1)
            .collect()
    }
}
