"""`python -m karabakh_data`: the command line."""

from karabakh_data.cli import main

if __name__ == "__main__":  # processes that are spawned import this module too
    main(prog_name="karabakh-data")
