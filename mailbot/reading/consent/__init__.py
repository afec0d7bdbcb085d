"""What a plain reply says to an offer, or to a question that asks for yes or no."""
