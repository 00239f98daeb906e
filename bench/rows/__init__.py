"""Invented rows in the numbers of a prefecture, written by COPY under every constraint and trigger but two (see `cases`)."""
