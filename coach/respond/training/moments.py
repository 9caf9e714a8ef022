"""Learn the weights that recognise the moments, from the moments' own words, and keep them.

python -m coach.respond.training.moments
"""

from coach.respond.moments import WEIGHTS, fit
from coach.respond.phrasebook import load_voice
from knowledge.embeddings import MiniLM
from knowledge.stance import load_stance

if __name__ == "__main__":
    fit(load_voice(load_stance()).moments, MiniLM(), WEIGHTS)
