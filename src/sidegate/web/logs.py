"""Logs: one JSON object a line, with no bodies, tokens or addresses in full (CASES D27)."""

import json
import logging
import re
import time

# Django's own log lines name the path, and a sign-in link's path is the way in.
_TOKEN = re.compile(r"/sign-in/[\w-]{20,}")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; line breaks inside are escaped by the encoding."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _TOKEN.sub("/sign-in/…", record.getMessage()),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
