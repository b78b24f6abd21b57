//! Innocent explanations of a shared value by its kind. Not responsible for those of a whole ring (`ring`).
//!
//! Invariant: every kind has one.

use crate::model::AttributeKind;

/// The innocent explanations to consider before a shared value of this kind is held against anybody.
#[must_use]
pub fn innocent_of(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Phone => {
            "A family or flat-share phone, an agency's contact number, or a number given to someone else after \
             its last owner dropped it."
        }
        AttributeKind::Email => {
            "A couple's shared mailbox, an agency or career centre that applies for its candidates, or one \
             person under a former name."
        }
        AttributeKind::Address => {
            "Housemates, a family, a dormitory, an apartment building written without its unit, or a mail \
             forwarding service chosen for privacy."
        }
        AttributeKind::Institution => {
            "People study at the same school. This says nothing by itself and never counts alone."
        }
        AttributeKind::Employer => {
            "Former colleagues apply together, above all after a closure or a lay-off."
        }
        AttributeKind::Profile => {
            "A couple's common site, a template link left in by mistake, or one person under a former name."
        }
        AttributeKind::Ip => {
            "A home, campus, library or office network, a VPN, or a mobile carrier that puts thousands of \
             people behind one address."
        }
        AttributeKind::Device => {
            "A family computer, a library or career centre terminal, or a browser that hides which device it \
             is."
        }
        AttributeKind::Document => {
            "A common resume template, or a writing service that produced the file for many customers."
        }
        AttributeKind::Photo => {
            "A default picture of a platform, or one person under a former name."
        }
        AttributeKind::Referee => {
            "A real former manager stands up for several people of the same team."
        }
        AttributeKind::PaymentAccount => {
            "A couple's joint account, or a payment service that pays out for many people."
        }
        AttributeKind::GovernmentId => "A typing mistake, or one person under a former name.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_explanation_in_sentences() {
        for &kind in AttributeKind::ALL {
            let text = innocent_of(kind);
            assert!(text.ends_with('.') && text.len() > 30, "{kind}: {text}");
        }
    }
}
