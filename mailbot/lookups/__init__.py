"""Asks: facts of orders and customers from files, databases and web services of the organisation's."""
