"""Kill the program at named places and look at what the home is worth afterwards."""
