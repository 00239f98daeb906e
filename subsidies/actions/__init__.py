"""Writes across models: keyword-only, always ``by=``, one transaction each."""
