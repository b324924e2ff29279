"""`python -m karabakh_data`: the command line."""

from karabakh_data.cli import main

main(prog_name="karabakh-data")
