"""The words that mail programs and mail servers write by themselves, and how they are found."""
