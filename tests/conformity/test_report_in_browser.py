"""The page of a report in a real browser: on a phone, on a desk, printed, and without a network."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.reported import lively, matter, shown

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(not BROWSER, reason="there is no chromium on this machine")

QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--allow-file-access-from-files", "--virtual-time-budget=10000"),
)
SECONDS = 120
PHONE, DESK = 360, 1200
LEAST = 12
"""Letters on a phone are no smaller, in pixels."""

LONG = ("Overlastaanpakpreventiebegeleidingsproject" * 2) + ", de Marolles à Saint-Gilles"

# The page is measured from outside, since it runs nothing itself.
MEASURING = """\
<!DOCTYPE html><iframe id="page" src="page.html" style="border:0;width:{width}px;height:900px">
</iframe><pre id="found"></pre><script>
window.onload = () => {{
  const page = document.getElementById("page").contentWindow, root = page.document;
  for (const item of root.querySelectorAll("details")) item.open = true;
  const wide = [], small = [];
  for (const item of root.body.querySelectorAll("*")) {{
    const box = item.getBoundingClientRect();
    if (box.width && box.height && box.right > {width} + 0.5) wide.push(item.tagName);
  }}
  for (const item of root.querySelectorAll("svg text, td, th, li, p, summary, caption")) {{
    const svg = item.closest("svg");
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    const size = parseFloat(page.getComputedStyle(item).fontSize) * scale;
    if (size < {least} - 0.01) small.push([item.textContent, size]);
  }}
  const cut = [];
  for (const svg of root.querySelectorAll("svg")) {{
    const edge = svg.getBoundingClientRect();
    for (const item of svg.querySelectorAll("text")) {{
      const box = item.getBoundingClientRect();
      if (box.left < edge.left - 1 || box.right > edge.right + 1) cut.push(item.textContent);
    }}
  }}
  const requests = page.performance.getEntriesByType("resource").map(item => item.name);
  const found = {{width: root.documentElement.scrollWidth, wide, small, cut, requests,
    charts: root.querySelectorAll("svg").length}};
  document.getElementById("found").textContent = JSON.stringify(found);
}};
</script>
"""


def browse(folder: Path, page: Path, *wanted: str) -> subprocess.CompletedProcess[str]:
    """Open a page in a browser that has nothing but this folder."""
    assert BROWSER
    words = [BROWSER, *QUIET, f"--user-data-dir={folder / 'profile'}", *wanted, page.as_uri()]
    return subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=True)


def written(folder: Path, language: str, name: str = "Kompas") -> Path:
    """Write the page of a busy project."""
    page = folder / "page.html"
    page.write_text(shown(matter(lively(), name=name), language), encoding="utf-8")
    return page


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize(("language", "name"), [("nl", "Kompas"), ("fr", LONG), ("de", "Kompas")])
def test_nothing_is_wider_than_the_screen_or_too_small_to_read(
    tmp_path: Path, language: str, name: str, width: int
) -> None:
    written(tmp_path, language, name)
    outer = tmp_path / "outer.html"
    outer.write_text(MEASURING.format(width=width, least=LEAST), encoding="utf-8")
    ended = browse(tmp_path, outer, "--dump-dom", "--enable-logging=stderr", "--v=0")
    told = re.search(r'<pre id="found">(.+?)</pre>', ended.stdout, re.DOTALL)
    assert told, ended.stdout[-2000:]
    found = json.loads(html.unescape(told[1]))
    assert found["charts"] >= 3
    assert found["width"] <= width
    assert (found["wide"], found["small"], found["cut"], found["requests"]) == ([], [], [], [])
    assert "CONSOLE" not in ended.stderr


def test_a_page_is_printed_with_its_tables(tmp_path: Path) -> None:
    page, paper = written(tmp_path, "nl"), tmp_path / "paper.pdf"
    browse(tmp_path, page, "--no-pdf-header-footer", f"--print-to-pdf={paper}")
    content = paper.read_bytes()
    assert content.startswith(b"%PDF")
    pages = max(int(count) for count in re.findall(rb"/Count (\d+)", content))
    assert 2 <= pages <= 8
