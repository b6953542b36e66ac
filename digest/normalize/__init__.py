"""Facts of a period → what is said about it."""
