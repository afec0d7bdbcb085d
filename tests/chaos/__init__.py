"""Desks that are killed, again and again, and what has become of their mail afterwards."""
