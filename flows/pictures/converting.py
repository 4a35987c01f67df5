"""Turns pictures into PNGs, in a process of its own: `python -m flows.pictures.converting`.

Each line that comes in is a picture as Vega-Lite in JSON; out go the number of bytes, a line, and
the PNG, or 0 where it cannot be drawn. It ends with its input, so it never outlives who began it.
"""

import json
import sys

from flows.pictures.completeness import converted


def main() -> None:
    """Draw until the input ends."""
    for line in sys.stdin.buffer:
        try:
            png = converted(json.loads(line))
        except ValueError as error:
            sys.stderr.write(f"a picture cannot be drawn: {type(error).__name__}\n")
            png = b""
        sys.stdout.buffer.write(b"%d\n%b" % (len(png), png))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
