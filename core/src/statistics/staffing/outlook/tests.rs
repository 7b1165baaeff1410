use super::*;
use crate::statistics::staffing::queue::Queue;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

fn period(minutes: f64, arrivals: f64, people: f64, due: f64) -> Period {
    Period {
        minutes,
        arrivals,
        people,
        due,
    }
}

/// In the long run a queue whose numbers do not change does what Erlang says.
#[test]
fn steady_is_erlang() {
    for (calls, handle, people, threshold, patience) in [
        (200.0, 180.0, 13, 20.0, None),
        (200.0, 180.0, 11, 60.0, Some(120.0)),
        (20.0, 600.0, 3, 30.0, Some(300.0)),
        (900.0, 240.0, 70, 10.0, None),
    ] {
        let queue = Queue::new(calls, handle, people, patience).expect("a queue");
        let known = queue.outcome(threshold).expect("an outcome");
        let periods = vec![period(30.0, calls / 2.0, f64::from(people), threshold / 60.0); 96];
        let patience = patience.map_or(f64::INFINITY, |p| p / 60.0);
        let found = outlook(&periods, handle / 60.0, patience, 0.0).expect("an outlook")[95];
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6 * b.abs().max(1.0);
        assert!(
            near(found.attainment.unwrap_or(-1.0), known.service_level),
            "{found:?} {known:?}"
        );
        assert!(
            near(found.abandonment, known.abandon_probability),
            "{found:?} {known:?}"
        );
        assert!(
            near(found.occupancy.unwrap_or(-1.0), known.occupancy),
            "{found:?} {known:?}"
        );
        assert!(
            near(found.waiting, known.queue_length),
            "{found:?} {known:?}"
        );
    }
}

#[test]
fn edges() {
    assert_eq!(outlook(&[], 1.0, 1.0, 0.0), Ok(Vec::new()));
    let idle = outlook(
        &[period(30.0, 0.0, 2.0, 1.0), period(30.0, 0.0, 0.0, 1.0)],
        10.0,
        f64::INFINITY,
        0.0,
    );
    let idle = idle.expect("an outlook");
    assert_eq!(
        (idle[0].attainment, idle[0].occupancy, idle[1].occupancy),
        (None, Some(0.0), None)
    );
    // Nobody is there: nothing begins and all of it waits.
    let closed =
        outlook(&[period(30.0, 12.0, 0.0, 10.0)], 10.0, f64::INFINITY, 3.5).expect("an outlook");
    assert_eq!(closed[0].attainment, Some(0.0));
    assert!((closed[0].waiting - 15.5).abs() < 1e-9, "{closed:?}");
    // The night's tickets are begun when people come, within an hour.
    let night = [
        period(30.0, 5.0, 0.0, 60.0),
        period(30.0, 0.0, 20.0, 60.0),
        period(30.0, 0.0, 20.0, 60.0),
    ];
    let found = outlook(&night, 10.0, f64::INFINITY, 0.0).expect("an outlook");
    assert!(found[0].attainment.is_some_and(|a| a > 0.999), "{found:?}");
    // Who comes when people have gone home was begun before or is not: a later due time without anybody changes nothing.
    let of = |due: f64| {
        let day = [
            period(30.0, 6.0, 2.0, due),
            period(30.0, 0.0, 2.0, due),
            period(30.0, 0.0, 0.0, due),
            period(30.0, 0.0, 0.0, due),
        ];
        let found = outlook(&day, 20.0, f64::INFINITY, 2.0).expect("an outlook");
        found[0].attainment.expect("arrivals")
    };
    assert!((of(45.0) - of(75.0)).abs() < 1e-9 && of(45.0) > of(20.0));
    assert!((0.5..0.95).contains(&of(45.0)), "{}", of(45.0));
    // Nobody at first, then more than come: the mean over the period is that of a growing queue.
    let growing =
        outlook(&[period(30.0, 20.0, 1.0, 0.0)], 1e6, f64::INFINITY, 0.0).expect("an outlook");
    let first = (1.0 - libm::exp(-20.0)) / 20.0;
    assert!(
        growing[0]
            .attainment
            .is_some_and(|a| (a - first).abs() < 1e-6),
        "{growing:?} {first}"
    );
    let refused = |p: Period| {
        outlook(&[p], 10.0, f64::INFINITY, 0.0)
            .expect_err("an error")
            .message
    };
    assert_eq!(
        refused(period(30.0, 1.0, -1.0, 1.0)),
        "people must be from 0 to 1000000, not -1"
    );
    assert!(refused(period(30.0, 1e9, 1.0, 1.0)).contains("at most 1000000"));
    assert!(refused(period(30.0, 1.0, 1.0, f64::NAN)).contains("not NaN"));
    assert!(outlook(&[period(30.0, 1.0, 1.0, 1.0)], 10.0, 0.0, 0.0).is_err());
}

struct Die(Xoshiro256PlusPlus);

impl Die {
    fn exponential(&mut self, mean: f64) -> f64 {
        let part = (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        -mean * libm::log1p(-part)
    }
}

/// Calls or tickets that come before `until`, one by one: when each comes, is begun, gives up. Returns the begun in time and all, and gave up. Who goes home
/// ends the call first, or leaves the ticket for the next who comes.
pub fn events(
    periods: &[Period],
    handle: f64,
    patience: f64,
    pause: bool,
    until: f64,
    seed: u64,
) -> (u32, u32, u32) {
    let mut die = Die(Xoshiro256PlusPlus::seed_from_u64(seed));
    let edges: Vec<f64> = periods
        .iter()
        .scan(0.0, |t, p| {
            *t += p.minutes;
            Some(*t)
        })
        .collect();
    let end = *edges.last().expect("periods");
    let at = |time: f64| edges.partition_point(|e| *e <= time).min(periods.len() - 1);
    // Those at work end when their work is done, also after the half hour.
    let mut busy: Vec<f64> = Vec::new();
    let mut waiting: std::collections::VecDeque<(f64, f64, f64)> = Default::default();
    let mut coming: Vec<(f64, f64)> = Vec::new();
    for (i, p) in periods.iter().enumerate() {
        let mut time = if i == 0 { 0.0 } else { edges[i - 1] };
        loop {
            // Without arrivals the next is at infinity.
            time += die.exponential(p.minutes / p.arrivals);
            if time >= edges[i] {
                break;
            }
            // Open time: as long from each; closed time: when the next open time has passed.
            let from = if p.people > 0.0 {
                time
            } else {
                edges[i] - p.minutes / 2.0
            };
            coming.push((time, from + p.due));
        }
    }
    coming.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut kept, mut all, mut left) = (0, 0, 0);
    let mut next = 0;
    let mut paused = 0;
    let mut time = 0.0;
    loop {
        // Whoever can begin does.
        let there = |time: f64| {
            if time >= end {
                periods[periods.len() - 1].people
            } else {
                periods[at(time)].people
            }
        };
        while pause && busy.len() as f64 > there(time) {
            busy.pop();
            paused += 1;
        }
        while paused > 0 && busy.len() as f64 + 1.0 <= there(time) {
            busy.push(time + die.exponential(handle));
            paused -= 1;
        }
        while let Some((came, due, gives_up)) = waiting.front().copied() {
            if gives_up <= time {
                waiting.pop_front();
                left += 1;
                continue;
            }
            if busy.len() as f64 + 1.0 > there(time) {
                break;
            }
            waiting.pop_front();
            busy.push(time + die.exponential(handle));
            kept += u32::from(came < until && time <= due + 1e-9);
        }
        let arrival = coming.get(next).map_or(f64::INFINITY, |c| c.0);
        let done = busy.iter().copied().fold(f64::INFINITY, f64::min);
        let edge = edges
            .iter()
            .copied()
            .find(|e| *e > time)
            .unwrap_or(f64::INFINITY);
        let then = arrival.min(done).min(edge);
        if then.is_infinite() || (time >= end && waiting.is_empty()) {
            break;
        }
        time = then;
        if arrival == then {
            let patient = if patience.is_finite() {
                die.exponential(patience)
            } else {
                f64::INFINITY
            };
            waiting.push_back((then, coming[next].1, then + patient));
            all += u32::from(then < until);
            next += 1;
        } else if done == then {
            let i = busy.iter().position(|b| *b == then).expect("one is done");
            busy.swap_remove(i);
        }
    }
    (kept, all, left)
}

pub fn by_arrivals(periods: &[Period], found: &[Outlook], of: impl Fn(&Outlook) -> f64) -> f64 {
    let all: f64 = periods.iter().map(|p| p.arrivals).sum();
    periods
        .iter()
        .zip(found)
        .map(|(p, o)| p.arrivals * of(o))
        .sum::<f64>()
        / all
}

/// Calls of a day that rises and falls, simulated one by one under the people that Erlang asks for and under fewer: what
/// is said holds within a point; and what was promised is kept.
#[test]
fn calls_as_events() {
    let rates: Vec<f64> = (0..20)
        .map(|i| 20.0 + 130.0 * libm::exp(-(f64::from(i) - 8.0).powi(2) / 12.0))
        .collect();
    for (short, patience) in [
        (0.0, 3.0),
        (0.0, f64::INFINITY),
        (3.0, 3.0),
        (1.0, f64::INFINITY),
    ] {
        let periods: Vec<Period> = rates
            .iter()
            .map(|rate| {
                let queue =
                    Queue::new(2.0 * rate, 240.0, 0, Some(60.0 * patience)).expect("a queue");
                let people = queue.required(0.8, 20.0, 1.0, 0.0).expect("people") as f64;
                period(30.0, *rate, (people - short).max(1.0), 20.0 / 60.0)
            })
            .collect();
        let found = outlook(&periods, 4.0, patience, 0.0).expect("an outlook");
        let said = by_arrivals(&periods, &found, |o| o.attainment.unwrap_or(0.0));
        let given_up = by_arrivals(&periods, &found, |o| o.abandonment);
        let runs = (0..200).map(|seed| events(&periods, 4.0, patience, false, f64::INFINITY, seed));
        let (kept, all, left) = runs.fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
        let (simulated, gone) = (
            f64::from(kept) / f64::from(all),
            f64::from(left) / f64::from(all),
        );
        eprintln!(
            "calls, {short} short, patience {patience}: said {said:.4}, simulated {simulated:.4}; gave up {given_up:.4} {gone:.4}"
        );
        assert!((said - simulated).abs() < 0.01, "{said} {simulated}");
        assert!((given_up - gone).abs() < 0.01, "{given_up} {gone}");
        if short == 0.0 {
            assert!(simulated > 0.8, "{simulated}");
        }
    }
}

/// Tickets that wait over nights, due in eight open hours, under the flattest people, with 5 % more, and with too few.
#[test]
fn tickets_as_events() {
    let open = |i: usize| (16..36).contains(&(i % 48));
    let due_of = |i: usize| {
        // Half hours until sixteen open ones have passed.
        let mut left = 16;
        let mut at = i;
        while left > 0 {
            if open(at) {
                left -= 1;
            }
            at += 1;
        }
        at
    };
    let arrivals: Vec<f64> = (0..240).map(|i| if open(i) { 14.0 } else { 1.5 }).collect();
    let needs = crate::statistics::staffing::due::people(
        &(0..240)
            .map(|i| crate::statistics::staffing::due::Period {
                open: if open(i) { 30.0 } else { 0.0 },
                arrivals: arrivals[i],
                due: due_of(i),
            })
            .collect::<Vec<_>>(),
        20.0,
        60.0,
        due_of(0),
        1.0,
    )
    .expect("needs");
    for more in [0.9, 1.0, 1.1] {
        let periods: Vec<Period> = (0..240)
            .map(|i| {
                period(
                    30.0,
                    arrivals[i],
                    (needs[i].people * more).ceil(),
                    30.0 * (due_of(i) - i) as f64 - 15.0,
                )
            })
            .collect();
        let mut first = periods.clone();
        // The backlog comes as a burst, so that the simulation has it too.
        first.insert(0, period(1.0, 60.0, 0.0, 30.0 * due_of(0) as f64));
        // Four of five days: what comes on the last is due after it.
        let until = 1.0 + 4.0 * 1_440.0;
        let found = outlook(&first, 20.0, f64::INFINITY, 0.0).expect("an outlook");
        let said = by_arrivals(&first[..193], &found, |o| o.attainment.unwrap_or(0.0));
        let runs = (0..1500).map(|seed| events(&first, 20.0, f64::INFINITY, true, until, seed));
        let (kept, all, _) = runs.fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
        let simulated = f64::from(kept) / f64::from(all);
        eprintln!("tickets, people times {more}: said {said:.4}, simulated {simulated:.4}");
        assert!((said - simulated).abs() < 0.02, "{said} {simulated}");
        if more > 1.0 {
            assert!(simulated > 0.97, "{simulated}");
        }
    }
}
