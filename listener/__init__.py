"""listener: tells sales reps the moment a prospect changes."""

__version__ = "0.1.0"
