//! Who works and who asks: agents in three groups, and customers' organizations.

use super::random::Random;
use super::words;

/// The names of the groups.
pub const GROUPS: [&str; 3] = ["Tier 1", "Tier 2", "Engineering"];
/// The place of Tier 1 in [`GROUPS`].
pub const TIER_1: usize = 0;
/// The place of Tier 2 in [`GROUPS`].
pub const TIER_2: usize = 1;
/// The place of Engineering in [`GROUPS`].
pub const ENGINEERING: usize = 2;

/// Agents for 50,000 tickets a year, the fewest of any team, and what an hour of theirs costs.
const SIZES: [(u64, u64, f64); 3] = [(20, 3, 32.0), (5, 2, 48.0), (5, 2, 75.0)];
/// Places of streams: those of tickets count from 0, those of days from the top.
const AGENTS: u64 = 1 << 48;
const ORGANIZATIONS: u64 = 1 << 49;

/// An agent, with the part of full time worked and the cost of an hour.
pub struct Agent {
    pub number: u64,
    pub group: usize,
    pub fte: f64,
    pub cost_per_hour: f64,
    /// Days before the end of the year.
    pub days: i64,
    /// How long things take with this agent, 1 being usual.
    pub pace: f64,
}

impl Agent {
    /// First and last name.
    pub fn name(&self) -> String {
        words::person(self.number)
    }
}

/// A customer.
pub struct Organization {
    pub number: u64,
    pub tier: &'static str,
    pub plan: &'static str,
    pub brand: &'static str,
    pub seats: u64,
    pub churned: bool,
}

/// The agents and customers of a sample.
pub struct People {
    seed: i64,
    pub agents: Vec<Agent>,
    organizations: u64,
}

impl People {
    /// Agents and customers for so many tickets a year.
    pub fn new(seed: i64, tickets: u64) -> Self {
        let mut agents = Vec::new();
        for (group, (size, least, cost)) in SIZES.iter().enumerate() {
            for _ in 0..(size * tickets / 50_000).max(*least) {
                let number = agents.len() as u64;
                let mut random = Random::new(seed, AGENTS + number);
                agents.push(Agent {
                    number,
                    group,
                    fte: random.pick(&[(1.0, 8), (0.8, 1), (0.5, 1)]),
                    cost_per_hour: cost + random.below(9) as f64,
                    days: 380 + random.below(1_800) as i64,
                    pace: random.between(0.8, 1.2),
                });
            }
        }
        Self {
            seed,
            agents,
            organizations: (tickets / 80).max(10),
        }
    }

    /// Somebody of a group, by number among all.
    pub fn someone(&self, random: &mut Random, group: usize) -> usize {
        let from = self.agents.partition_point(|a| a.group < group);
        let to = self.agents.partition_point(|a| a.group <= group);
        from + random.below((to - from) as u64) as usize
    }

    /// A colleague in the same group, who may not be the same.
    pub fn colleague(&self, random: &mut Random, of: usize) -> usize {
        let group = self.agents[of].group;
        let from = self.agents.partition_point(|a| a.group < group);
        let size = self.agents.partition_point(|a| a.group <= group) - from;
        from + (of - from + 1 + random.below(size as u64 - 1) as usize) % size
    }

    /// An organization that asks; some ask much more than others.
    pub fn organization(&self, random: &mut Random) -> Organization {
        let u = random.unit();
        let number = (u * u * self.organizations as f64) as u64;
        let mut own = Random::new(self.seed, ORGANIZATIONS + number);
        let (tier, plan) = own.pick(&[
            (("enterprise", "enterprise"), 15),
            (("business", "pro"), 20),
            (("business", "team"), 15),
            (("standard", "starter"), 30),
            (("standard", "free"), 20),
        ]);
        Organization {
            number,
            tier,
            plan,
            brand: own.pick(&[("Lumen", 60), ("Lumen Pay", 25), ("Atlas", 15)]),
            seats: match tier {
                "enterprise" => 200 + own.below(1_800),
                "business" => 20 + own.below(180),
                _ => 1 + own.below(19),
            },
            churned: own.chance(0.07),
        }
    }
}
