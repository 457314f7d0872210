"""tidbok: configures, explains and operates 1177 tidbok for a Swedish health-care region."""

__version__ = "0.2.0"
