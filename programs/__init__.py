"""Policies, programs, pledges and visits: the room is kept, its first line of work comes later."""
