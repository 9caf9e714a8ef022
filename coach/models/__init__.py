"""Which language model answers: a local one in a child process, an endpoint, or none."""

from coach.models.catalogue import CatalogModel, catalog
from coach.models.endpoint import chat_model, local_chat_model, untraced
from coach.models.provider import ModelProvider, ModelStatus, Served
from coach.models.pulling import Progress, PullStatus, pull, pull_status
from coach.models.weights import find, weights_path

__all__ = [
    "CatalogModel",
    "ModelProvider",
    "ModelStatus",
    "Progress",
    "PullStatus",
    "Served",
    "catalog",
    "chat_model",
    "find",
    "local_chat_model",
    "pull",
    "pull_status",
    "untraced",
    "weights_path",
]
