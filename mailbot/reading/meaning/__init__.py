"""What a mail means, as far as a model has learnt it: features of its words, and a linear classifier over them."""
