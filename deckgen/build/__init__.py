"""What a build does, in its order."""
