"""Where configuration and store are found, and by which way."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Way(StrEnum):
    """Ways that lead to the configuration or the store (contract, section 1)."""

    CONFIG_OPTION = "--config"
    CONFIG_VARIABLE = "TIDBOK_CONFIG"
    HERE = "./config"
    CONFIGURATION_DIRECTORY = "CONFIGURATION_DIRECTORY"
    STORE_OPTION = "--store"
    STORE_VARIABLE = "TIDBOK_STORE"
    REGION_FILE = "tidbok.toml"
    STATE_DIRECTORY = "STATE_DIRECTORY"
    HOME = "home"


class Found(NamedTuple, Generic[T]):
    """A place, and the way that leads there."""

    place: T
    way: Way
