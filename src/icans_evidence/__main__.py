"""`python -m icans_evidence` is the command line."""

from icans_evidence.cli import main

main()
