//! US ZIP codes: place names and coordinates. Not responsible for parsing addresses.
//!
//! Invariant: coordinates are those of the ZIP's centre by GeoNames (CC BY 4.0), good to a few
//! kilometres.

use super::table::{gunzip, rows};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A five-digit ZIP.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zip {
    /// City the post office prefers.
    pub city: &'static str,
    /// State code.
    pub state: &'static str,
    /// Degrees north.
    pub lat: f32,
    /// Degrees east.
    pub lon: f32,
}

static TEXT: LazyLock<String> =
    LazyLock::new(|| gunzip(include_bytes!("../../seed_data/reference/us_zip5.tsv.gz")));

static ZIP5: LazyLock<FxHashMap<u32, Zip>> = LazyLock::new(|| {
    let text: &'static str = &TEXT;
    rows::<5>(text)
        .filter_map(|[zip, city, state, lat, lon]| {
            let row = Zip { city, state, lat: lat.parse().ok()?, lon: lon.parse().ok()? };
            Some((zip.parse().ok()?, row))
        })
        .collect()
});

static ZIP3: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows::<2>(include_str!("../../seed_data/reference/us_zip3.tsv"))
        .map(|[zip3, state]| (zip3, state))
        .collect()
});

/// What is known about a five-digit ZIP. O(1).
#[must_use]
pub fn zip5(zip: &str) -> Option<&'static Zip> {
    if zip.len() != 5 || !zip.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    ZIP5.get(&zip.parse().ok()?)
}

/// The state in which most ZIPs with these first three digits lie. O(1).
#[must_use]
pub fn zip3_state(zip: &str) -> Option<&'static str> {
    ZIP3.get(zip.get(..3)?).copied()
}

static CENTERS: LazyLock<FxHashMap<&'static str, Zip>> = LazyLock::new(|| {
    // Sums in the order of the ZIPs, so that rounding is the same every time.
    let mut zips: Vec<(&u32, &'static Zip)> = ZIP5.iter().collect();
    zips.sort_unstable_by_key(|(zip, _)| **zip);
    let mut sums: FxHashMap<&'static str, (f64, f64, f64)> = FxHashMap::default();
    for (_, zip) in zips {
        let sum = sums.entry(zip.state).or_default();
        sum.0 += f64::from(zip.lat);
        sum.1 += f64::from(zip.lon);
        sum.2 += 1.0;
    }
    #[expect(clippy::cast_possible_truncation, reason = "degrees fit")]
    let center = |(state, (lat, lon, n)): (&'static str, (f64, f64, f64))| {
        (state, Zip { city: "", state, lat: (lat / n) as f32, lon: (lon / n) as f32 })
    };
    sums.into_iter().map(center).collect()
});

/// The middle of the ZIPs of a state (code), which is nearer to where its people live than that of its land. O(1).
#[must_use]
pub fn center(state: &str) -> Option<&'static Zip> {
    CENTERS.get(state)
}

/// State and city (see [`city_key`]) to the first ZIP of the city.
static CITIES: LazyLock<FxHashMap<String, &'static Zip>> = LazyLock::new(|| {
    let table: &'static FxHashMap<u32, Zip> = &ZIP5;
    let mut zips: Vec<_> = table.iter().collect();
    zips.sort_unstable_by_key(|(zip, _)| **zip);
    let mut cities: FxHashMap<_, &'static Zip> = FxHashMap::default();
    for (_, zip) in zips {
        cities.entry(city_key(zip.state, zip.city)).or_insert(zip);
    }
    cities
});

/// State and city in lower-case words, those that are written both ways in their short form.
fn city_key(state: &str, city: &str) -> String {
    let mut key = state.to_lowercase();
    let lower = city.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        key.push(' ');
        key.push_str(match word {
            "saint" => "st",
            "sainte" => "ste",
            "fort" => "ft",
            "mount" => "mt",
            other => other,
        });
    }
    key
}

/// A ZIP of a city in a state (by its code): where the city is, good to the size of the city. O(1).
#[must_use]
pub fn city(state: &str, city: &str) -> Option<&'static Zip> {
    CITIES.get(city_key(state, city).as_str()).copied()
}

/// Kilometres between two ZIPs along the earth's surface.
#[must_use]
pub fn kilometres(a: &Zip, b: &Zip) -> f64 {
    let [lat_a, lon_a, lat_b, lon_b] =
        [a.lat, a.lon, b.lat, b.lon].map(|degrees| f64::from(degrees).to_radians());
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half(lon_b - lon_a);
    2.0 * 6371.0 * h.sqrt().clamp(0.0, 1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zips_know_city_state_and_distance() {
        let springfield = zip5("62701").unwrap();
        assert_eq!((springfield.city, springfield.state), ("Springfield", "IL"));
        assert_eq!(zip3_state("02139"), Some("MA"));
        assert_eq!(zip5("0213"), None);
        assert_eq!(zip5("+2139"), None);
        assert_eq!(city("MO", "st louis").unwrap().state, "MO");
        assert_eq!(city("MO", "Saint Louis"), city("MO", "st louis"));
        assert_eq!(city("ZZ", "Nowhere"), None);
        let chicago = zip5("60601").unwrap();
        let km = kilometres(springfield, chicago);
        assert!((270.0..310.0).contains(&km), "{km}");
        let km = kilometres(center("IL").unwrap(), springfield);
        assert!(km < 150.0, "{km}");
        assert_eq!(center("XX"), None);
    }
}
