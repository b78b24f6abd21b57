//! Numbers are put in force by a fact, and by nothing else: applied, they hold after reopening; given back, all is as it
//! was.

use crate::{
    applications::{applications, cases},
    lab::{difference, import, memory, open, shape},
};
use proptest::prelude::*;
use ringer::matching::Policy;

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn applied_numbers_hold_until_they_are_given_back(rows in applications(4..=24), cut in 0_usize..24) {
        let (store, plain) = (memory(), memory());
        let (engine, untouched) = (open(&store), open(&plain));
        let cut = cut.min(rows.len());
        import(&engine, &rows[..cut]);
        let found = engine.calibrate();
        prop_assert_eq!(engine.policy().hash(), Policy::default().hash(), "calibrating changes nothing");
        engine.apply(Some(&found.calibration.identity), "tester").unwrap();
        let hash = found.calibration.identity.hash();
        import(&engine, &rows[cut..]);
        prop_assert_eq!(engine.policy().identity.hash(), hash.clone(), "importing changes no number");
        engine.verify().unwrap();
        let again = open(&store);
        prop_assert_eq!(again.policy().identity.hash(), hash);
        prop_assert_eq!(difference(&engine.view(), &again.view()), None);
        engine.apply(None, "tester").unwrap();
        import(&untouched, &rows);
        prop_assert_eq!(shape(&engine.view()), shape(&untouched.view()));
        engine.verify().unwrap();
        prop_assert_eq!(open(&store).policy().hash(), Policy::default().hash());
    }
}
