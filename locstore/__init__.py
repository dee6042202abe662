"""locstore: one screenshot concept in, exact and checked store screenshots in every language out."""

__version__ = "0.1.0"
