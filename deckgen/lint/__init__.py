"""Rules on cards that teach badly."""
