"""What is to be reached (targets) and what was stated by others (statistics), beside what records give."""
