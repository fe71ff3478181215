"""What holds for every test: property tests try the same examples each time, and none is judged by its speed."""

from hypothesis import settings

settings.register_profile("okra", derandomize=True, deadline=None)
settings.load_profile("okra")
