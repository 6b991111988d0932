"""The product's catalogue, read and checked once against the facts it is written over."""

from __future__ import annotations

from functools import cache

from firstline.catalogue.read import Catalogue, read_catalogue
from firstline.warehouse.facts import fact_columns


@cache
def the_catalogue() -> Catalogue:
    """The catalogue that ships with the product. Raises MisuseError listing every problem."""
    return read_catalogue(fact_columns())
