"""Libraries without what they import besides and nobody here uses: it would cost memory and time at every start.

Each module imports one library so, and gives it on: `from listener.lean.spacy import spacy`.
"""
