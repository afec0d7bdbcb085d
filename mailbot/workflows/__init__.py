"""Does: gather, decide, save, in that order; the only place where rooms meet."""
