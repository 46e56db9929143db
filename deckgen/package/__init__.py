"""What a package holds, worked out from rendered notes and the lock, and the file itself."""
