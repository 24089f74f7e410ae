"""``onevisit demo``: the whole line once, on a made-up county: lists → visits → captures → verdicts → certificates."""
