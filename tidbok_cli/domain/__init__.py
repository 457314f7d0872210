"""The rules of 1177 tidbok as pure values and functions: no database, no clock, no files, no sentences."""
