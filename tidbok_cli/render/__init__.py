"""Results as they are printed, for people and for programs."""
