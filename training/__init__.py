"""Training sessions, attendance and placements: the room is kept, its first line of work comes later."""
