"""`python -m locstore`."""

from locstore.cli import main

main()
