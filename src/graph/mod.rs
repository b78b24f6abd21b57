//! The room of applicants, attributes and links as a graph; petgraph lives here only.
