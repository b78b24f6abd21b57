//! Closed lists of words, as people write them on command lines and in files. Not responsible for any one list.
//!
//! Invariant: a word is read however its parts are joined, and one that is not on the list is answered with the list.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $error:ident, $what:literal, $($variant:ident = $word:literal, $about:literal;)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $(#[doc = $about] $variant,)* }

        impl $name {
            /// All of them, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the command line, in files and in JSON.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $word,)* } }

            /// What it means, for people.
            #[must_use]
            pub fn about(self) -> &'static str { match self { $(Self::$variant => $about,)* } }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.name()) }
        }

        /// A text that names none of them.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("\"{0}\" is not {what}; use {list}", what = $what, list = $name::ALL.iter().map(|k| k.name()).collect::<Vec<_>>().join(", "))]
        pub struct $error(pub String);

        impl FromStr for $name {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, $error> {
                let fold = |text: &str| text.trim().to_lowercase().replace(['-', ' ', '+'], "_");
                let folded = fold(text);
                let found = Self::ALL.iter().copied().find(|k| fold(k.name()) == folded);
                found.ok_or_else(|| $error(text.chars().take(80).collect()))
            }
        }
    };
}

pub(in crate::model) use words;
