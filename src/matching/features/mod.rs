//! The comparisons: one file a feature, or a few that look at one thing. The list is `matching::FEATURES`.

pub mod address;
pub mod attribute;
pub mod birth_date;
pub mod email;
pub mod government_id;
pub mod handle_series;
pub mod history;
pub mod judgement;
pub mod name;
pub mod network;
pub mod network_week;
pub mod phone;
pub mod photo;
pub mod resume;
pub mod shipping;
pub mod timing;
