"""Formats of the outside, a module each.

Every reader returns values, and problems with their places.
"""
