"""Learning, alignment of true texts, scores."""
