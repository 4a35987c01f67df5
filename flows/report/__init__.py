"""A page for those who steer a project: how complete, what was done, what changed."""
