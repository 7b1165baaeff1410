//! Names and subjects.

use super::random::Random;

const FIRST: [&str; 40] = [
    "Adam", "Aisha", "Alice", "Amir", "Ana", "Arjun", "Ben", "Carla", "Chen", "Clara", "Daniel",
    "Diego", "Elena", "Emma", "Farid", "Fatima", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jack",
    "Julia", "Kofi", "Laura", "Leo", "Lucia", "Maria", "Mei", "Nadia", "Noah", "Olga", "Omar",
    "Priya", "Rosa", "Sam", "Sofia", "Tomas", "Yara", "Zoe",
];
const LAST: [&str; 40] = [
    "Adler", "Bauer", "Becker", "Brown", "Costa", "Cruz", "Diaz", "Evans", "Fischer", "Garcia",
    "Gupta", "Haas", "Ito", "Jensen", "Kaur", "Khan", "Kim", "Klein", "Kowalski", "Lee", "Lopez",
    "Martin", "Meyer", "Moreau", "Nguyen", "Novak", "Okafor", "Patel", "Perez", "Rossi", "Santos",
    "Schmidt", "Silva", "Singh", "Sato", "Tan", "Torres", "Weber", "Wong", "Young",
];

/// A name for each number; no two are equal.
pub fn person(number: u64) -> String {
    let (many, number) = (number / 1_600, number % 1_600);
    // 1,600 and 637 have no common divisor, so that every pair comes once.
    let mixed = (number * 637 + 11) % 1_600;
    let (first, last) = (FIRST[(mixed / 40) as usize], LAST[(mixed % 40) as usize]);
    match many {
        0 => format!("{first} {last}"),
        _ => format!("{first} {last} {}", many + 1),
    }
}

/// What tickets of a type are about, and the tag that goes with it.
const QUESTIONS: [(&str, &str); 8] = [
    ("How do I invite a colleague?", "users"),
    ("Where can I download invoices?", "billing"),
    ("How to change the plan", "billing"),
    ("Is there an API for reports?", "api"),
    ("How do I export my data?", "export"),
    ("Can I rename a workspace?", "settings"),
    ("What does this notification mean?", "notifications"),
    ("How to set up single sign-on", "login"),
];
const INCIDENTS: [(&str, &str); 8] = [
    ("Cannot sign in", "login"),
    ("Payment was declined", "billing"),
    ("Dashboard shows an error", "dashboard"),
    ("Export never finishes", "export"),
    ("API answers with 500", "api"),
    ("E-mails do not arrive", "notifications"),
    ("Page loads very slowly", "performance"),
    ("Sync has stopped", "integrations"),
];
const PROBLEMS: [(&str, &str); 6] = [
    ("Totals differ between reports", "reports"),
    ("Duplicate records after import", "import"),
    ("Search misses results", "search"),
    ("Time zone of exports is wrong", "export"),
    ("Webhooks come twice", "api"),
    ("Permissions are lost after an update", "users"),
];
const TASKS: [(&str, &str); 6] = [
    ("Please delete a user", "users"),
    ("Please raise our limit", "settings"),
    ("Please send a signed contract", "billing"),
    ("Move data to another workspace", "import"),
    ("Please add our domain", "login"),
    ("Restore a deleted project", "settings"),
];
/// Subject and tag of tickets about the outage.
pub const OUTAGE: (&str, &str) = ("Service is not available", "outage");

/// Subject and tag of a ticket of a kind.
pub fn subject(random: &mut Random, kind: &str) -> (&'static str, &'static str) {
    let list: &[_] = match kind {
        "question" => &QUESTIONS,
        "incident" => &INCIDENTS,
        "problem" => &PROBLEMS,
        _ => &TASKS,
    };
    list[random.below(list.len() as u64) as usize]
}
