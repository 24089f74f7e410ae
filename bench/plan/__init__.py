"""`make bench-plan`: the search beside OR-Tools on published instances, and plans of a county (docs/planning.md)."""
