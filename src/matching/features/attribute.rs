//! Values that are equal or not, and nothing between: device, photo file, payee account, referee, document ids.
//! What they have in common; the list of them is in `FEATURES`.

use crate::{
    matching::{
        Comparer, Counted, Feature, Policy, Shared,
        feature::{NO_SERIES, Own},
        policy::Sharing,
    },
    model::{AppIx, AttributeIx, AttributeKind, BackgroundClass, Bits, Column, Family, Normalized},
};

/// The attribute of this kind that both applications use, in whatever role. Of several, the rarest.
#[must_use]
pub fn shared_value(
    cx: &Comparer<'_>,
    a: AppIx,
    b: AppIx,
    kind: AttributeKind,
) -> Option<AttributeIx> {
    cx.common(a, b)
        .iter()
        .map(|&(ix, _, _)| ix)
        .filter(|&ix| cx.corpus.attribute(ix).kind == kind)
        .min_by_key(|&ix| (cx.corpus.users(ix).len(), ix))
}

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
    fn shared(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<AttributeIx> {
        cx.common(a, b)
            .iter()
            .map(|&(ix, _, _)| ix)
            .filter(|&ix| {
                let attribute = cx.corpus.attribute(ix);
                attribute.kind == self.kind && attribute.value.starts_with(self.prefix)
            })
            .min_by_key(|&ix| (cx.corpus.users(ix).len(), ix))
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
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (m, cap) = self.identity?;
        let ix = self.shared(cx, a, b)?;
        let floor = cx.policy.identity.population_floor;
        let n = cx.corpus.applications().len().max(floor as usize);
        let share = crate::model::Share::of(cx.corpus.users(ix).len(), n);
        Some(cx.agreement(m, share.get(), cap))
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let ix = self.shared(cx, a, b)?;
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
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (x, y) = cx.both(a, b);
        let policy = &cx.policy.identity;
        let mut result: Option<Bits> = None;
        for p in &x.profiles {
            for q in y.profiles.iter().filter(|q| q.platform == p.platform) {
                let bits = if p.handle == q.handle {
                    let u = cx.corpus.counts().frequency(
                        Counted::Profile,
                        &format!("{}:{}", p.platform, p.handle),
                        policy.population_floor,
                    );
                    cx.agreement(policy.m_profile, u, 16.0)
                } else {
                    policy.profile_differs
                };
                result = Some(result.map_or(bits, |r| r.max(bits)));
            }
        }
        result
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let attribute = shared_value(cx, a, b, AttributeKind::Profile)?;
        // A page of code or of the web may be an organisation's; a professional profile is a person's.
        let personal = cx.corpus.attribute(attribute).value.starts_with("linkedin:");
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
