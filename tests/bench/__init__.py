"""Speed beside others, in one run: `python -m tests.bench`. Nothing here is a test; `test_bench_runs` only sees that it runs."""
