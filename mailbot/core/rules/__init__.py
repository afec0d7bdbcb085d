"""Rules: conditions over the facts of a mail, and what they decide."""
