//! The room of the web interface; actix lives here only.
