#!/usr/bin/env python
"""Django's command line for the campus."""

import os
import sys


def main():
    # A bare `manage.py` is a developer at a terminal: production says CAMPUS_ENV=production (docs/configuration.md).
    os.environ.setdefault("CAMPUS_ENV", "local")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
