"""The scheduler's rules, pure: no clock, chance, file or network. Read them in this order.

What comes in
    `intake`      a row as typed becomes a request in normal form, or goes back (`codes`, `dates`, `names`)
    `statement`   all that was said of one request: requested, amended, withdrawn, answered, in any order
    `receipt`     the agency's last word on a certificate, and whether the request is open again

One person
    `person`      hears everything, then settles: what is to be done follows from all that was heard
    `regrouping`  the open requests become visits, under the person's circumstances
    `merge`       the fewest visits; `stabbing` is the theorem below it: the fewest days that meet every window
    `announcement`  the day that was told stays when it can, and says why when it cannot
    `life_event`  deaths, moves, other outcomes: steps, two sources, what each does (`life_event_policy`)
    `notice`      what each agency has to be told of it
    `question`    names that disagree under one number: held until a person decides

Who is who
    `identity`    one number: one person, or sides; requests sent again
    `linkage`     a damaged number: candidates, scored and explained, never merged (`linkage_*`, `register`)
    `household`   which addresses are one dwelling; `stops`: its visits as one ride

Fewer visits by other windows
    `align`       the smallest changes that save the most; `align_proposal`: nothing without the agencies (`align_*`)
"""
