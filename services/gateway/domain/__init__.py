"""Pure rules of the door: no clock, chance, files or network."""
