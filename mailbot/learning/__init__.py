"""Learns from labelled mails: the corpus, the training of a classifier, and the figures that say how good it is."""
