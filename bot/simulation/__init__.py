"""Simulated workers who go through the plan of a project, in a database that is thrown away."""
