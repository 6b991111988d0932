"""`python -m firstline`: the command line."""

from firstline.cli.main import main

main()
