//! Photos: the same file, or the same picture after editing.

use crate::{
    matching::{
        Comparer, Feature, Findings, Pair, Seen, Shared,
        corpus::App,
        feature::Own,
        feature::{Kinds, either},
        pictures,
    },
    model::{AttributeKind, BackgroundClass, Bits, Column, Family, Normalized},
};

/// The photo.
pub struct Picture;

/// Perceptual hashes up to this many bits apart show one picture. A 64-bit hash of a plain background has few
/// distinct bits, so hashes with under 8 or over 56 set bits are not compared.
pub const NEAR: u32 = 6;

/// The perceptual hash of a picture, if it is usable.
#[must_use]
pub fn usable(app: &App<'_>) -> Option<u64> {
    app.phash().filter(|h| (8..=56).contains(&h.count_ones()))
}

/// How far apart two pictures are, in bits of their perceptual hashes, if both have a usable one.
#[must_use]
pub fn distance(x: &App<'_>, y: &App<'_>) -> Option<u32> {
    Some((usable(x)? ^ usable(y)?).count_ones())
}

impl Feature for Picture {
    fn name(&self) -> &'static str {
        "photo"
    }
    fn label(&self) -> &'static str {
        "Photo"
    }
    fn describe(&self) -> &'static str {
        "The same picture file, or perceptual hashes at most 6 of 64 bits apart. Compares files, never faces."
    }
    fn family(&self) -> Family {
        Family::Photo
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::PhotoSha256, Column::PhotoPhash]
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        if cx.shared_value(pair, AttributeKind::Photo).is_some() {
            found.see(Seen::PhotoSame);
        } else if let Some(apart) = distance(&pair.x, &pair.y) {
            found.see(if apart <= NEAR { Seen::PhotoNear } else { Seen::PhotoDifferent });
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        match distance(&pair.x, &pair.y) {
            _ if pair.shares(Kinds::one(AttributeKind::Photo)) => {
                cx.most(&[Seen::PhotoSame, Seen::PhotoNear])
            }
            Some(apart) if apart <= NEAR => cx.most(&[Seen::PhotoNear]),
            Some(_) => cx.most(&[Seen::PhotoDifferent]),
            None => Bits::ZERO,
        }
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        let attribute = cx.shared_value(pair, AttributeKind::Photo);
        let near = distance(x, y).is_some_and(|d| d <= NEAR);
        if attribute.is_none() && !near {
            return None;
        }
        let policy = cx.policy.link.photo[usize::from(attribute.is_none())];
        Some(Shared {
            attribute,
            series: either(pictures::series(x), pictures::series(y)),
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Anywhere,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        let photo = n.photo.as_ref()?;
        photo
            .sha256
            .as_deref()
            .map(|s| format!("sha256 {}", s.get(..12).unwrap_or(s)))
            .or_else(|| photo.phash.map(|h| format!("phash {h:016x}")))
    }
}
