"""Decides: events in, changes out. Standard library only; no I/O, no clock, no logging."""
