"""Sets the portal up on a bare machine and keeps its processes together.

Runs under the system's own `python3`, before anything is installed: only the standard library, no Django.
"""
