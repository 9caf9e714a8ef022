"""The answer itself: draft it with a model, gate each sentence, or compose it without one."""
