"""Evaluation: data sets to measure the coach with."""
