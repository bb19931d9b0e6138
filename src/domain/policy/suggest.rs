//! How much to order: pure arithmetic over one level, in whole units.

use std::fmt::Write;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::inventory::Mode;
use crate::domain::status::{self, Priority};
use crate::time::Time;

/// What is there and what is coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    /// Units there.
    pub on_hand: i64,
    /// Units approved and not yet received.
    pub on_order: i64,
    /// Units asked for and not yet decided, without the policy's own suggestion.
    pub pending: i64,
}

/// When to order, and up to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether it acts at all.
    pub mode: Mode,
    /// Order at or below this position.
    pub min: i64,
    /// Order up to this position.
    pub target: i64,
    /// Order multiples of this; at least 1.
    pub pack: i64,
    /// Raise nothing before then.
    pub snoozed_until: Option<Time>,
}

/// The numbers behind a suggestion, and the sentence that says them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, FromSqlRow)]
pub struct Why {
    /// Such as “3 left, position 3 ≤ min 6; up to 15, in sixes = 12”.
    pub text: String,
    /// Units that were there.
    pub on_hand: i64,
    /// Units that were on order.
    pub on_order: i64,
    /// Units that others had asked for.
    pub pending: i64,
    /// The sum of the three.
    pub position: i64,
    /// The policy's minimum.
    pub min: i64,
    /// The policy's target.
    pub target: i64,
    /// The policy's pack.
    pub pack: i64,
}

impl<DB: Backend> FromSql<Text, DB> for Why
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let json = <String as FromSql<Text, DB>>::from_sql(bytes)?;
        Ok(serde_json::from_str(&json)?)
    }
}

/// An order that the policy asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Units; a multiple of the pack.
    pub quantity: i64,
    /// How urgent it is.
    pub priority: Priority,
    /// Why this quantity.
    pub why: Why,
}

/// What the policy makes of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// Order this.
    Order(Suggestion),
    /// Order nothing, for the reason given in words.
    Nothing(String),
}

impl Levels {
    /// What the policy judges by.
    pub const fn position(self) -> i64 {
        self.on_hand + self.on_order + self.pending
    }
}

impl Rule {
    /// What is needed, snoozed or not.
    pub fn need(&self, levels: Levels) -> Need {
        let position = levels.position();
        if self.mode == Mode::Off {
            return Need::Nothing("the policy is off".into());
        }
        if position > self.min {
            return Need::Nothing(format!("position {position} is above min {}", self.min));
        }
        let missing = self.target - position;
        if missing <= 0 {
            return Need::Nothing(format!(
                "position {position} reaches target {}",
                self.target
            ));
        }
        let pack = self.pack.max(1);
        let quantity = missing.div_euclid(pack) * pack + if missing % pack == 0 { 0 } else { pack };
        Need::Order(Suggestion {
            quantity,
            priority: status::priority(levels.on_hand, self.target),
            why: self.why(levels, quantity),
        })
    }

    fn why(&self, levels: Levels, quantity: i64) -> Why {
        let Levels {
            on_hand,
            on_order,
            pending,
        } = levels;
        let (position, min, target, pack) = (levels.position(), self.min, self.target, self.pack);
        let mut text = format!("{on_hand} left");
        let mut add = |part: std::fmt::Arguments<'_>| {
            text.write_fmt(part).unwrap_or_default();
        };
        if on_order > 0 {
            add(format_args!(", {on_order} on order"));
        }
        if pending > 0 {
            add(format_args!(", {pending} asked for"));
        }
        add(format_args!(
            ", position {position} ≤ min {min}; up to {target}"
        ));
        if pack > 1 {
            add(format_args!(", in {}", packs(pack)));
        }
        add(format_args!(" = {quantity}"));
        Why {
            text,
            on_hand,
            on_order,
            pending,
            position,
            min,
            target,
            pack,
        }
    }
}

/// What the policy asks for now: nothing while it is off or snoozed, or the position is above `min`.
pub fn suggest(levels: Levels, rule: &Rule, now: Time) -> Option<Suggestion> {
    if rule.snoozed_until.is_some_and(|until| until > now) {
        return None;
    }
    match rule.need(levels) {
        Need::Order(suggestion) => Some(suggestion),
        Need::Nothing(_) => None,
    }
}

/// “sixes” for 6: how people say that goods come in packs.
fn packs(pack: i64) -> String {
    const WORDS: [&str; 11] = [
        "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines", "tens",
        "elevens", "twelves",
    ];
    let word = usize::try_from(pack - 2).ok().and_then(|n| WORDS.get(n));
    word.map_or_else(|| format!("packs of {pack}"), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Time = Time(1_000_000);

    fn on_hand(on_hand: i64) -> Levels {
        Levels {
            on_hand,
            on_order: 0,
            pending: 0,
        }
    }

    fn tea() -> Rule {
        Rule {
            mode: Mode::Suggest,
            min: 6,
            target: 15,
            pack: 6,
            snoozed_until: None,
        }
    }

    #[test]
    fn a_suggestion_says_why_in_words_and_numbers() {
        let suggestion = suggest(on_hand(3), &tea(), NOW).unwrap();

        assert_eq!(suggestion.quantity, 12);
        assert_eq!(
            suggestion.why.text,
            "3 left, position 3 ≤ min 6; up to 15, in sixes = 12"
        );
        assert_eq!(suggestion.priority, Priority::Critical);
    }

    #[test]
    fn what_is_coming_is_counted_and_said() {
        let levels = Levels {
            on_hand: 1,
            on_order: 2,
            pending: 1,
        };

        let suggestion = suggest(levels, &Rule { pack: 24, ..tea() }, NOW).unwrap();

        let text =
            "1 left, 2 on order, 1 asked for, position 4 ≤ min 6; up to 15, in packs of 24 = 24";
        assert_eq!(suggestion.why.text, text);
    }

    #[test]
    fn a_snoozed_policy_raises_nothing_until_the_moment() {
        let rule = Rule {
            snoozed_until: Some(NOW),
            ..tea()
        };

        assert!(suggest(on_hand(3), &rule, Time(NOW.0 - 1)).is_none());
        assert!(suggest(on_hand(3), &rule, NOW).is_some());
    }

    #[test]
    fn a_policy_that_is_off_raises_nothing() {
        assert!(
            suggest(
                on_hand(0),
                &Rule {
                    mode: Mode::Off,
                    ..tea()
                },
                NOW
            )
            .is_none()
        );
    }

    prop_compose! {
        fn rules()(min in 0..500i64, above in 0..500i64, pack in 1..60i64) -> Rule {
            Rule { mode: Mode::Suggest, min, target: min + above, pack, snoozed_until: None }
        }
    }

    prop_compose! {
        fn levels()(on_hand in 0..1200i64, on_order in 0..300i64, pending in 0..300i64) -> Levels {
            Levels { on_hand, on_order, pending }
        }
    }

    proptest! {
        #[test]
        fn a_quantity_is_whole_packs_and_never_more_than_one_pack_too_much(
            levels in levels(), rule in rules()
        ) {
            if let Some(Suggestion { quantity, .. }) = suggest(levels, &rule, NOW) {
                let missing = rule.target - levels.position();
                prop_assert_eq!(quantity % rule.pack, 0);
                prop_assert!(quantity >= missing && quantity < missing + rule.pack);
            }
        }

        #[test]
        fn something_is_suggested_exactly_at_or_below_min(levels in levels(), rule in rules()) {
            let position = levels.position();
            let needed = position <= rule.min && position < rule.target;
            prop_assert_eq!(suggest(levels, &rule, NOW).is_some(), needed);
        }

        #[test]
        fn less_stock_never_orders_less(levels in levels(), rule in rules(), fewer in 0..50i64) {
            let less = Levels { on_hand: (levels.on_hand - fewer).max(0), ..levels };
            let quantity = |levels| suggest(levels, &rule, NOW).map_or(0, |s| s.quantity);
            prop_assert!(quantity(less) >= quantity(levels));
        }

        #[test]
        fn a_higher_target_never_orders_less(levels in levels(), rule in rules(), more in 0..50i64) {
            let higher = Rule { target: rule.target + more, ..rule };
            let quantity = |rule: &Rule| suggest(levels, rule, NOW).map_or(0, |s| s.quantity);
            prop_assert!(quantity(&higher) >= quantity(&rule));
        }
    }
}
