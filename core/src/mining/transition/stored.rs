//! The stored bytes of a matrix: a version, a byte of flags (none yet), then its parts by postcard. Its
//! text form is JSON of the same parts.

use super::durations::Durations;
use super::{Edge, MAX_ACTIVITIES, MAX_EDGES, Matrix, SAMPLE};
use crate::error::{Error, Result, SqlState};
use crate::memory;

/// The layout of the stored bytes; a later layout gets the next number and reads this one.
pub const VERSION: u8 = 1;

/// Appends the bytes of a matrix.
pub fn encode(matrix: &Matrix) -> Result<Vec<u8>> {
    memory::postcard(matrix, vec![VERSION, 0])
}

/// Reads stored bytes. They are checked as those from elsewhere are, but for their form, since what answers questions
/// relies on it: a damaged disk must not become an index out of bounds.
///
/// # Errors
/// 22P03 for bytes that are not a matrix, 54000 for too large a one.
pub fn decode(bytes: &[u8]) -> Result<Matrix> {
    let matrix = read(bytes)?;
    check(&matrix).map_err(|e| match e.state {
        SqlState::LimitExceeded => e,
        _ => broken(&e.message),
    })?;
    Ok(matrix)
}

fn read(bytes: &[u8]) -> Result<Matrix> {
    match bytes {
        [VERSION, 0, body @ ..] => {
            let unread = |e: postcard::Error| memory::unread(|| broken(&e.to_string()));
            postcard::from_bytes(body).map_err(unread)
        }
        [version, ..] if *version > VERSION => Err(Error::new(
            SqlState::InvalidBinary,
            format!("a transition matrix of layout {version} is newer than this slaops"),
            "Run ALTER EXTENSION slaops UPDATE with the matching library.",
        )),
        _ => Err(broken("its first bytes are none of a matrix")),
    }
}

/// Reads bytes from anywhere.
pub fn receive(bytes: &[u8]) -> Result<Matrix> {
    let matrix = decode(bytes)?;
    if encode(&matrix)? != bytes {
        return Err(broken("it is not in its canonical form"));
    }
    Ok(matrix)
}

fn broken(why: &str) -> Error {
    Error::new(
        SqlState::InvalidBinary,
        format!("invalid binary transition matrix: {why}"),
        "Copy the whole of a value that slaops.transition_matrix made.",
    )
}

/// Reads the text form.
pub fn parse(text: &str) -> Result<Matrix> {
    // A name with escapes is gathered once before it is kept.
    memory::room_for(text.len(), 2)?;
    let matrix: Matrix = serde_json::from_str(text).map_err(|e| {
        memory::unread(|| {
            Error::text(
                format!("invalid transition matrix: {e}"),
                "Its text form is the JSON that a transition matrix prints.",
            )
        })
    })?;
    check(&matrix)?;
    Ok(matrix)
}

/// Prints the text form.
pub fn print(matrix: &Matrix) -> Result<String> {
    memory::json(matrix)
}

/// Refuses a matrix that no log can give, so that later steps need not check it.
fn check(m: &Matrix) -> Result<()> {
    let no = |what: &str| {
        Err(Error::text(
            format!("invalid transition matrix: {what}"),
            "Copy a value that slaops.transition_matrix made.",
        ))
    };
    if m.activities.len() > MAX_ACTIVITIES {
        return Err(super::too_many_activities());
    }
    if m.edges.len() > MAX_EDGES {
        return Err(super::too_many_edges());
    }
    m.activities
        .iter()
        .try_for_each(|a| super::check_name(&a.name))?;
    if !m.activities.is_sorted_by(|a, b| a.name < b.name) {
        return no("its activities are not in order");
    }
    if !m.edges.is_sorted_by(|a, b| (a.from, a.to) < (b.from, b.to)) {
        return no("its transitions are not in order");
    }
    if m.sample.len() > SAMPLE
        || !m.sample.is_sorted_by(|a, b| a < b)
        || (m.sample.len() as u64) < m.cases.min(SAMPLE as u64)
    {
        return no("its sample of cases is not in order");
    }
    let n = m.activities.len();
    let within = |e: &Edge| {
        (e.from as usize) < n
            && (e.to as usize) < n
            && e.n > 0
            && e.cases > 0
            && e.cases <= e.n
            && e.cases <= m.cases
    };
    if !m
        .edges
        .iter()
        .all(|e| within(e) && e.wall.n == e.n && e.open.n <= e.n)
    {
        return no("a transition has no place or no count");
    }
    let waits = m.edges.iter().flat_map(|e| [&e.wall, &e.open]);
    let work = m
        .activities
        .iter()
        .flat_map(|a| [&a.work_wall, &a.work_open]);
    // Only the time between two events may be negative.
    let long = work.chain([&m.case_wall, &m.case_open]);
    if long.clone().any(|d| d.min < 0) {
        return no("a case or an event ends before it begins");
    }
    waits.chain(long).try_for_each(Durations::check)?;
    // Postgres's instants.
    let instants = -211_813_488_000_000_000..9_223_371_331_200_000_000_i64;
    let in_range = instants.contains(&m.first_at) && instants.contains(&m.last_at);
    if m.case_wall.n != m.cases
        || m.case_open.n > m.cases
        || m.business != (m.case_open.n > 0)
        || m.first_at > m.last_at
        || !in_range
    {
        return no("its cases do not add up");
    }
    // As many transitions enter an activity as leave it. Sums are wide, because counts of unknown origin may be large.
    let (mut into, mut out) = (vec![0_u128; n], vec![0_u128; n]);
    for e in &m.edges {
        out[e.from as usize] += u128::from(e.n);
        into[e.to as usize] += u128::from(e.n);
    }
    let sum = |of: fn(&super::Activity) -> u64| {
        m.activities.iter().map(|a| u128::from(of(a))).sum::<u128>()
    };
    let flows = m
        .activities
        .iter()
        .zip(into.iter().zip(&out))
        .all(|(a, (into, out))| {
            let visits = u128::from(a.visits);
            visits == into + u128::from(a.starts)
                && visits == out + u128::from(a.ends)
                && a.cases > 0
                && a.cases <= a.visits
                && a.cases <= m.cases
                && a.rework_cases <= a.cases.min(a.visits - a.cases)
                && (a.rework_cases > 0) == (a.visits > a.cases)
                && a.rework_wall <= m.case_wall.total.unsigned_abs()
                && a.rework_open <= m.case_open.total.unsigned_abs()
                && a.work_wall.n <= a.visits
                && a.work_open.n <= a.work_wall.n
        });
    if !flows
        || sum(|a| a.starts) != u128::from(m.cases)
        || sum(|a| a.ends) != u128::from(m.cases)
        || sum(|a| a.visits) != u128::from(m.events)
    {
        return no("what comes into its activities does not go out");
    }
    Ok(())
}
