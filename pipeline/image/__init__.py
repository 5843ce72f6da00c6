"""Grey, ink, orientation, skew: what is seen without knowing letters."""
