"""What all tests share."""

from hypothesis import settings

# No deadline: on a busy machine the first example of a property is slow, and that is no fault.
settings.register_profile("dashboard", deadline=None)
settings.load_profile("dashboard")
