"""Remembers: the one database, and the only user of SQLAlchemy and Alembic."""
