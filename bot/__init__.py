"""Processes and channels: what brings the conversation to people."""
