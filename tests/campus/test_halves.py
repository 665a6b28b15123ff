"""`make test` runs the suite in two halves, by folder (deploy/local.sh)."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_folder_of_tests_is_in_one_half():
    halves = re.findall(r'^(?:FIRST|SECOND)_HALF="(.*)"$', (ROOT / "deploy/local.sh").read_text(), re.MULTILINE)
    folders = {str(file.parent.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py")}

    assert sorted(" ".join(halves).split()) == sorted(folders)
