"""The pure core: the handbook as data and the conversation that asks it."""
