"""The benchmark itself works, at a size of seconds; its gates on work hold there, those on time need the full size."""

import pytest

from benchmarks import bench


def test_the_benchmark_runs_and_home_and_follow_up_take_no_more_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--small"]) == 0, capsys.readouterr().out
    told = capsys.readouterr().out
    print(told)
    assert "1 200 observations" in told and "round signed" in told and "resident" in told
