"""What was registered, worked out: what a project did, and what became of those it works with."""
