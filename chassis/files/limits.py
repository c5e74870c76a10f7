"""How large a file of sheets may be, packed and unpacked."""

from typing import Final

LARGEST: Final = 20 * 1024 * 1024  # bytes of a file
LARGEST_UNPACKED: Final = 100 * 1024 * 1024
MOST_SHEETS: Final = 50
MOST_CELLS: Final = 2_000_000
LEAST_OF_A_ROW: Final = 10  # cells that a row counts for, so that millions of empty ones are too many
