"""Makes everything that is derived from the models: JSON Schemas, AsyncAPI, examples, the table of topics.

    python -m schemas.generate            # writes
    python -m schemas.generate --check    # exits 1 and shows the difference when a committed file is out of date

The results are committed, so that a reader in another language needs no Python, and a change of the contract is seen
in the review.
"""
