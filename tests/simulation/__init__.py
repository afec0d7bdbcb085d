"""A desk at work for a quarter, in minutes: the clock is moved, and what people do is drawn from a seed."""
