"""How fast the portal is at the size of a prefecture, beside the least that the same work can cost.

`make bench` measures; `docs/benchmarks.md` says how to read it.
"""
