"""`mailbot demo`: a complete desk on this machine, to try by hand or to watch in a scripted tour.

What is said and written in it is data: people.yaml, script.yaml, config.yaml, welcome.txt and the files they name.
"""
