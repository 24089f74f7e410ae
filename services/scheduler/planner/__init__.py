"""visit → plan on the running stack: the county's draft, mended as visits change, moved by hand, published."""
