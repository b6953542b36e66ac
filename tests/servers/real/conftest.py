"""Real servers are started only when they are asked for: `DIGEST_REAL_MAIL=1`, as root, with the packages there."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("DIGEST_REAL_MAIL") else ["test_real_mail.py"]
