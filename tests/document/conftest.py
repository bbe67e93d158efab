"""Property tests take the same path in every run, so that a failure is found again.

`HYPOTHESIS_MAX_EXAMPLES=5000 pytest tests/document` looks further.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "same in every run",
    max_examples=int(os.environ.get("HYPOTHESIS_MAX_EXAMPLES", "150")),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same in every run")
