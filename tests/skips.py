"""With CI=true a skipped test fails the run unless `allowed_skips.txt` lists its node id with a reason.

A line of the list is `tests/room/test_x.py::test_y: why it may be skipped`. Tests marked `shared_data` must run in CI:
no line excuses them. A test that is expected to fail counts as skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

LIST = "tests/allowed_skips.txt"
NEVER = "shared_data"


def read_allowed(path: Path) -> dict[str, str]:
    """Reasons by node id. Raises ValueError for a line without a reason."""
    allowed = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines() if path.exists() else (), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        test, colon, reason = line.partition(": ")
        if not (colon and reason.strip()):
            raise ValueError(f"{path.name}, line {number}: write 'NODE ID: why it may be skipped'")
        allowed[test.strip()] = reason.strip()
    return allowed


class SkipWatch:
    """Collects skipped tests; with pytest-xdist it sits in the process that hears of all of them."""

    def __init__(self, allowed: dict[str, str]) -> None:
        self.allowed = allowed
        self.offences: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test, or its set-up, was skipped."""
        if report.skipped:
            self._judge(report, never=NEVER in report.keywords)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A whole module was skipped."""
        if report.skipped:
            self._judge(report, never=False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run that would have passed does not."""
        if self.offences and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which tests, and what to do."""
        if not self.offences:
            return
        terminalreporter.section("skipped, and CI may not skip")
        for line in sorted(set(self.offences)):
            terminalreporter.line(line, red=True)

    def _judge(self, report: pytest.TestReport | pytest.CollectReport, never: bool) -> None:
        if never:
            self.offences.append(f"{report.nodeid}: is marked {NEVER}, which {LIST} cannot excuse")
        elif report.nodeid not in self.allowed:
            self.offences.append(f"{report.nodeid}: mend it, or list it with a reason in {LIST}")


def pytest_configure(config: pytest.Config) -> None:
    """Watch when CI=true, in the one process that gets every report."""
    if os.environ.get("CI", "").lower() == "true" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipWatch(read_allowed(config.rootpath / LIST)), "skip-watch")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for the real data sets is marked as one of theirs, whether or not its author thought of it."""
    for item in items:
        if NEVER in getattr(item, "fixturenames", ()):
            item.add_marker(NEVER)
