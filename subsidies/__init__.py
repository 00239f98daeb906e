"""The money of policies: schemes, applications, reviews, budget and payments."""
