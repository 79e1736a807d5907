//! One shard as an event: what a remote worker is told and what it answers.
