"""The rules of 1177 tidbok: pure values and functions."""
