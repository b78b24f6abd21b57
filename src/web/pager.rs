//! Long lists a page at a time. Not responsible for what is listed.
//!
//! Invariant: every item is on exactly one page, and a page number that does not exist leads to the last.

use crate::{explain::words::grouped, web::urls};

/// One page of a long list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// Number of this page, from 1.
    pub page: usize,
    /// Number of pages, at least 1.
    pub pages: usize,
    /// Number of items on all pages.
    pub total: usize,
    /// Items on a page.
    pub size: usize,
    path: String,
    name: &'static str,
    others: Vec<(&'static str, String)>,
    anchor: &'static str,
}

impl Pager {
    /// The page that the parameter `name` asks for, of `total` items. `others` are the parameters to keep.
    #[must_use]
    pub fn new(
        asked: Option<&str>,
        total: usize,
        size: usize,
        path: impl Into<String>,
        name: &'static str,
    ) -> Self {
        let pages = total.div_ceil(size).max(1);
        let page = asked.and_then(|p| p.parse::<usize>().ok()).unwrap_or(1).clamp(1, pages);
        let path = path.into();
        Self { page, pages, total, size, path, name, others: Vec::new(), anchor: "" }
    }

    /// Keeps these parameters in its links.
    #[must_use]
    pub fn keeping(mut self, others: Vec<(&'static str, String)>) -> Self {
        self.others = others;
        self
    }

    /// Leads to this place on the page.
    #[must_use]
    pub fn at(mut self, anchor: &'static str) -> Self {
        self.anchor = anchor;
        self
    }

    /// The items of this page.
    #[must_use]
    pub fn of<'a, T>(&self, items: &'a [T]) -> &'a [T] {
        let from = ((self.page - 1) * self.size).min(items.len());
        &items[from..(from + self.size).min(items.len())]
    }

    /// Position of the first item of this page, from 0.
    #[must_use]
    pub fn first(&self) -> usize {
        (self.page - 1) * self.size
    }

    /// `51 to 100 of 312`.
    #[must_use]
    pub fn range(&self) -> String {
        let last = (self.page * self.size).min(self.total);
        let first = (self.first() + 1).min(self.total);
        format!("{} to {} of {}", grouped(first), grouped(last), grouped(self.total))
    }

    /// The page before, if there is one.
    #[must_use]
    pub fn previous(&self) -> Option<String> {
        (self.page > 1).then(|| self.url(self.page - 1))
    }

    /// The page after, if there is one.
    #[must_use]
    pub fn next(&self) -> Option<String> {
        (self.page < self.pages).then(|| self.url(self.page + 1))
    }

    fn url(&self, page: usize) -> String {
        let page = page.to_string();
        let mut pairs: Vec<(&str, &str)> =
            self.others.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.push((self.name, &page));
        // The path may have parameters of its own.
        let url = match self.path.split_once('?') {
            None => urls::query(&self.path, &pairs),
            Some((path, own)) => {
                format!("{path}?{own}&{}", urls::query("", &pairs).trim_start_matches('?'))
            }
        };
        format!("{url}{}", self.anchor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_item_is_on_exactly_one_page(total in 0usize..200, size in 1usize..60) {
            let items: Vec<usize> = (0..total).collect();
            let pages = Pager::new(None, total, size, "/", "page").pages;
            let mut seen = Vec::new();
            for page in 1..=pages {
                let pager = Pager::new(Some(&page.to_string()), total, size, "/", "page");
                prop_assert_eq!(pager.next().is_some(), page < pages);
                seen.extend_from_slice(pager.of(&items));
            }
            prop_assert_eq!(seen, items);
        }
    }

    #[test]
    fn a_page_that_does_not_exist_leads_to_the_nearest() {
        for (asked, page) in [("0", 1), ("-1", 1), ("x", 1), ("99", 3), ("2", 2)] {
            assert_eq!(Pager::new(Some(asked), 101, 50, "/", "page").page, page, "{asked}");
        }
    }

    #[test]
    fn links_keep_the_filters() {
        let pager = Pager::new(None, 60, 50, "/", "page")
            .keeping(vec![("status", "open".into()), ("q", String::new())])
            .at("#rings");
        assert_eq!(pager.next().unwrap(), "/?status=open&page=2#rings");
        assert_eq!(pager.range(), "1 to 50 of 60");
    }
}
