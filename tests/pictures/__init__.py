"""Pictures of Okra for docs/pictures, taken of pretend platforms in a real browser."""
