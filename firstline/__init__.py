"""Firstline: support intelligence for broadband service providers."""

__version__ = "0.1.0"
