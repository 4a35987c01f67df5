"""The ways to reach people; one package or module each."""
