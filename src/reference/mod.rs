//! The room of embedded facts: area codes, ZIPs, street suffixes, nicknames, romanisation, institutions.
