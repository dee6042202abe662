"""The version of locstore, which stored files and requests carry."""

__version__ = "0.1.0"
