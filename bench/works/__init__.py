"""What is timed. Each module holds our side, as the portal does it, and the floor: the same work by hand."""
