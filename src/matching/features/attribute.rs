//! Values that are equal or not, and nothing between: device, photo file, payee account, referee, document ids.
//! What they have in common; the list of them is in `FEATURES`.

use crate::{
    matching::{
        Comparer, Feature, Pair, Policy, Shared,
        feature::{NO_SERIES, Own},
        policy::Sharing,
    },
    model::{AttributeIx, AttributeKind, BackgroundClass, Bits, Column, Family, Normalized},
};

/// A comparison of values that are equal or not.
pub struct Equal {
    /// Name, snake_case.
    pub name: &'static str,
    /// Label.
    pub label: &'static str,
    /// What it compares.
    pub describe: &'static str,
    /// Family.
    pub family: Family,
    /// Import columns it looks at.
    pub columns: &'static [Column],
    /// Kind of attribute.
    pub kind: AttributeKind,
    /// Start of the canonical value, where a kind holds several sorts of value.
    pub prefix: &'static str,
    /// Its weight between two persons.
    pub sharing: fn(&Policy) -> Sharing,
    /// Class it is judged against.
    pub class: BackgroundClass,
    /// Whether it is a thing of one's own: see `Shared`.
    pub own: Own,
    /// How often one person has the same value again, and the most that can say.
    pub identity: Option<(f64, f64)>,
}

impl Equal {
    fn shared(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<AttributeIx> {
        pair.common()
            .iter()
            .map(|&(ix, _, _)| ix)
            .filter(|&ix| {
                cx.corpus.kind(ix) == self.kind
                    && (self.prefix.is_empty() || cx.corpus.value(ix).starts_with(self.prefix))
            })
            .reduce(|a, b| cx.rarer(a, b))
    }
}

impl Feature for Equal {
    fn name(&self) -> &'static str {
        self.name
    }
    fn label(&self) -> &'static str {
        self.label
    }
    fn describe(&self) -> &'static str {
        self.describe
    }
    fn family(&self) -> Family {
        self.family
    }
    fn columns(&self) -> &'static [Column] {
        self.columns
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Bits> {
        let (m, cap) = self.identity?;
        let ix = self.shared(cx, pair)?;
        Some(cx.agreement_on(m, cx.corpus.uses(ix), cap))
    }
    fn identity_at_most(&self, pair: &Pair<'_>) -> Bits {
        match self.identity {
            Some((_, cap)) if !pair.common().is_empty() => Bits::new(cap),
            _ => Bits::ZERO,
        }
    }
    fn needs_common(&self) -> bool {
        true
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let ix = self.shared(cx, pair)?;
        let sharing = (self.sharing)(cx.policy);
        Some(Shared {
            attribute: Some(ix),
            series: NO_SERIES,
            class: self.class,
            bits: sharing.bits(),
            hub: sharing.hub,
            own: self.own,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.attributes
            .iter()
            .find(|(a, _)| a.kind == self.kind && a.value.starts_with(self.prefix))
            .map(|(a, _)| a.value.clone())
    }
}

/// A profile on a platform.
pub struct SharedProfile;

impl Feature for SharedProfile {
    fn name(&self) -> &'static str {
        "profile"
    }
    fn label(&self) -> &'static str {
        "Profile"
    }
    fn describe(&self) -> &'static str {
        "The same handle on the same platform. Two handles on one platform speak against one person."
    }
    fn family(&self) -> Family {
        Family::Profile
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Linkedin, Column::Github, Column::Website]
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Bits> {
        let (x, y) = (&pair.x, &pair.y);
        let policy = &cx.policy.identity;
        let mut result: Option<Bits> = None;
        for p in x.profiles() {
            for q in y.profiles().filter(|q| q.platform == p.platform) {
                let bits = if p.attribute == q.attribute {
                    cx.agreement_on(policy.m_profile, cx.corpus.uses(p.attribute), 16.0)
                } else {
                    policy.profile_differs
                };
                result = Some(result.map_or(bits, |r| r.max(bits)));
            }
        }
        result
    }
    fn identity_at_most(&self, pair: &Pair<'_>) -> Bits {
        let same = pair.x.profiles().any(|p| pair.y.profiles().any(|q| p.attribute == q.attribute));
        if same { Bits::new(16.0) } else { Bits::ZERO }
    }
    fn needs_common(&self) -> bool {
        true
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let attribute = cx.shared_value(pair, AttributeKind::Profile)?;
        // A page of code or of the web may be an organisation's; a professional profile is a person's.
        let personal = cx.corpus.value(attribute).starts_with("linkedin:");
        let policy = if personal { cx.policy.link.profile } else { cx.policy.link.page };
        Some(Shared {
            attribute: Some(attribute),
            series: NO_SERIES,
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Local,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        let all: Vec<String> =
            n.profiles.iter().map(|p| format!("{}:{}", p.platform, p.handle)).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}
