//! Values that are equal or not, and nothing between: device, photo file, payee account, referee, document ids.
//! What they have in common; the list of them is in `FEATURES`.

use crate::{
    matching::{
        Comparer, Feature, Finding, Findings, Pair, Policy, Seen, Shared,
        corpus::App,
        feature::{Kinds, NO_SERIES, Own},
        policy::Sharing,
        similarity::osa_within,
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
    /// What it finds as perhaps one person's: the same value, another value.
    pub identity: Option<(Seen, Seen)>,
}

impl Equal {
    fn is(&self, cx: &Comparer<'_>, ix: AttributeIx) -> bool {
        cx.corpus.kind(ix) == self.kind
            && (self.prefix.is_empty() || cx.corpus.value(ix).starts_with(self.prefix))
    }

    /// Whether an application has such a value.
    fn has(&self, cx: &Comparer<'_>, app: &App<'_>) -> bool {
        app.used().any(|(ix, _)| self.is(cx, ix))
    }

    fn shared(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<AttributeIx> {
        if !pair.shares(Kinds::one(self.kind)) {
            return None;
        }
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let Some((same, different)) = self.identity else { return };
        if let Some(ix) = self.shared(cx, pair) {
            found.see_value(same, cx.frequency(cx.corpus.uses(ix)));
        } else if self.has(cx, &pair.x) && self.has(cx, &pair.y) {
            found.see(different);
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        match self.identity {
            Some((same, different)) if pair.shares(Kinds::one(self.kind)) => {
                cx.most(&[same, different])
            }
            Some((_, different)) => cx.most(&[different]),
            None => Bits::ZERO,
        }
    }
    fn needs_common(&self) -> Kinds {
        Kinds::one(self.kind)
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

/// Whether two handles of one platform are a slip apart, or one is the other with something short after it.
fn near(a: &str, b: &str) -> bool {
    let handle = |value: &str| value.find(':').map_or(0, |at| value.len() - at - 1);
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    handle(short) >= 8
        && long.len() - short.len() <= 3
        && (long.starts_with(short) || osa_within(a, b, 1).is_some())
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let (x, y) = (&pair.x, &pair.y);
        let mut best: Option<(Bits, Finding)> = None;
        for p in x.profiles() {
            for q in y.profiles().filter(|q| q.platform == p.platform) {
                let finding = if p.attribute == q.attribute {
                    let frequency = cx.frequency_of_own(cx.corpus.uses(p.attribute));
                    Finding { seen: Seen::ProfileSame, frequency }
                } else if near(cx.corpus.value(p.attribute), cx.corpus.value(q.attribute)) {
                    Finding { seen: Seen::ProfileNear, frequency: 0.0 }
                } else {
                    Finding { seen: Seen::ProfileDifferent, frequency: 0.0 }
                };
                let bits = cx.bits(finding);
                if best.is_none_or(|(most, _)| bits > most) {
                    best = Some((bits, finding));
                }
            }
        }
        if let Some((_, finding)) = best {
            found.extend(&[finding]);
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        let mut most = Bits::ZERO;
        for p in pair.x.profiles() {
            for q in pair.y.profiles().filter(|q| q.platform == p.platform) {
                let same = p.attribute == q.attribute;
                most =
                    most.max(cx.most(&[if same { Seen::ProfileSame } else { Seen::ProfileNear }]));
            }
        }
        most
    }
    fn needs_common(&self) -> Kinds {
        Kinds::one(AttributeKind::Profile)
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
