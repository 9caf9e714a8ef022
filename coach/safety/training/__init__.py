"""How the trained layer of the screen is made: sentences, network, and the script.

Needs the extra `training` and takes some twenty-five minutes on two cores; `make classifier` does it.
Nothing of this is loaded when the coach runs.
"""
