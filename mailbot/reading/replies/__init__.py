"""Which words of a mail are new, and which are a quote or a signature."""
