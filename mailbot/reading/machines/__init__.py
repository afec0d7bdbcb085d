"""Who or what wrote a mail, and what delivery reports say."""
