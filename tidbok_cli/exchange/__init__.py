"""The outside's formats, a module each; every reader returns values and problems, and says where they stand."""
