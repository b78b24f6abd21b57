//! Finding things in a corpus from what somebody typed: values by a part of them, applications by a word of the name.
//! Not responsible for what was meant (`engine::search`).
//!
//! Invariant: finds what looking at everything would find.

use crate::{
    matching::corpus::{Corpus, Needle, TokenIx},
    model::{AppIx, AttributeIx, Role},
};

impl Corpus {
    /// Hands `found` every value that has one of the parts, with the position of the part among `parts` and where it begins
    /// in the value, until it says that it is enough; a value comes once for each place. O(bytes of the chunks that may have
    /// one), and the first time O(bytes).
    pub fn values_with(
        &self,
        parts: &[Needle<'_>],
        found: &mut dyn FnMut(AttributeIx, usize, usize) -> bool,
    ) {
        self.attributes.with(parts, &mut |number, part, at| found(AttributeIx(number), part, at));
    }

    /// Gets ready for being asked by a part of a value: what the first question would wait for. O(bytes).
    pub fn warm(&self) {
        self.attributes.warm();
    }

    /// The applications whose name has a token, and some whose name had it once; one may come twice. O(those that ever had
    /// it).
    pub fn bearers(&self, token: TokenIx) -> impl Iterator<Item = AppIx> + '_ {
        self.bearers.of(AttributeIx(token.0)).map(|(app, _)| app)
    }

    /// Lists an application under the tokens of its name, but for those that it is listed under. O(tokens).
    pub(super) fn bear(&mut self, app: AppIx, listed: &[TokenIx]) {
        let tokens: Vec<TokenIx> = self.app(app).tokens().collect();
        for (i, token) in tokens.iter().enumerate() {
            if !listed.contains(token) && !tokens.iter().take(i).any(|t| t == token) {
                self.bearers.add(AttributeIx(token.0), app, Role::Own);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Application, Column, Normalized, Source},
        normalize::normalize,
    };
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn named(id: u8, names: &[&str]) -> Normalized {
        normalize(&Application {
            id: format!("A{id}").parse().unwrap(),
            fields: [(Column::FullName, names.join(" "))].into(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: "a.csv".into(), row: 1 },
        })
    }

    proptest! {
        #[test]
        fn who_bears_a_name_is_who_bears_it_in_the_newest_version(
            puts in prop::collection::vec(
                (0_u8..6, prop::collection::vec(prop::sample::select(vec!["anna", "berta", "carla", "dora"]), 1..4)),
                0..40,
            ),
        ) {
            let mut corpus = Corpus::default();
            for (id, tokens) in &puts {
                corpus.put(&named(*id, tokens), "x");
            }
            for n in 0..corpus.tokens().len() {
                let token = TokenIx(AppIx::new(n).0);
                let has = |app: &AppIx| corpus.app(*app).tokens().any(|t| t == token);
                let listed: BTreeSet<AppIx> = corpus.bearers(token).filter(has).collect();
                let plain = corpus.apps().filter(has);
                prop_assert_eq!(listed, plain.collect::<BTreeSet<AppIx>>());
            }
        }
    }
}
