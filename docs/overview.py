"""Draws docs/overview-light.png and -dark.png: the picture of a coordinator's overview in Dutch.

Run it with `.venv/bin/python docs/overview.py` when that picture looks different.
"""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.app import selection
from bot.world import world
from flows.completeness import grid
from flows.loading import HANDBOOK
from flows.pictures.completeness import THEMES, png
from flows.project import Project
from flows.schedule import Standing

TODAY = date(2026, 9, 21)
DATES = {
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
    "baseline_on": "2026-02-02",
    "interim_on": "2026-09-14",
    "final_on": "2027-12-01",
}
CODES = ("K7-N", "P3-H", "QY-K", "8N-Z", "SG-B", "XD-V", "2W-M", "R4-C")


def main() -> None:
    """Let some of a project be registered, and draw how complete it is."""
    made = world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 9, 21, tzinfo=UTC))
    rules = {"periodic": {"activity": "monthly"}}
    project = Project("opstap", "OpStap", (), tuple(selection(made)), dates=DATES, rules=rules)
    came = {code: date(2026, 2, 2) + timedelta(days=9 * n) for n, code in enumerate(CODES)}
    baseline, interim = date(2026, 2, 20), date(2026, 9, 10)
    held = {("participant", "baseline", code): [baseline] for code in CODES[:7]}
    held |= {("participant", "interim", code): [interim] for code in CODES[:3]}
    held |= {("project", moment, ""): [baseline, interim] for moment in ("baseline", "interim")}
    held["target_group", "baseline", ""] = [baseline]
    held["activity", "continuous", ""] = [date(2026, month, 15) for month in range(1, 8)]
    standing = Standing(project, came, held=held)
    say = made.interface.say("nl")
    shown = grid(say, made.schedule, made.current, [standing], TODAY)
    for theme in THEMES:
        path = Path(__file__).with_name(f"overview-{theme}.png")
        # A few colours are enough, and a README loads faster.
        Image.open(BytesIO(png(shown, theme, say))).quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()
