"""Cues of a presentation attack that need no learned weights: pictures go in, a few numbers come out, one module a cue.

What the numbers mean for the decision is in ``services.certify.domain.pad``; how they were calibrated is in
docs/pad.md. All of them together cost less than 0.03 s of CPU for a second of video.
"""
