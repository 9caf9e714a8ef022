"""Low-rank adaptation (LoRA) of the embedding model into small text classifiers.

`reader.py` and `adapter.py` are what the coach runs; `network.py` and `training.py` make the
weights and need the extra `training`.
"""
