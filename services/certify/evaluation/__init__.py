"""Measures the machine check on a folder of labelled clips: error rates with intervals, every failure with reasons."""
