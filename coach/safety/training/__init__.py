"""How the trained layer of the screen is made: sentences, network, and the script.

`make classifier` does it; it needs the extra `training` and some twenty-five minutes on two cores.
Nothing of this is loaded when the coach runs.
"""
