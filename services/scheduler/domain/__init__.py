"""The scheduler's rules, pure: no clock, chance, file or network. Read them in this order.

With ten minutes: `statement`, `person`, `regrouping`, `merge`, `stabbing`. The stream goes that way, one person at a
time. `onevisit merge`, which has whole lists and no history, goes `intake`, `register`, `identity`, `merge`, `stops`.

What comes in
    `intake`      a row as typed becomes a request, or goes back with a code (`codes`, `dates`, `names`, `programmes`)
    `register`    the rows of lists: which of them repeat, amend or clash with an earlier one
    `statement`   all that was said of one request: requested, amended, withdrawn, answered, in any order
    `receipt`     the agency's last word on a certificate, and whether the request is open again
    `proof`       when the person was seen alive, and whether that still holds

One person
    `person`      hears everything, then settles: what is to be done follows from all that was heard
    `regrouping`  the open requests become visits (`visit`), under the person's circumstances
    `merge`       the fewest visits; `stabbing` is the theorem below it: the fewest days that meet every window
    `announcement`  the day that was told stays when it can, and says why when it cannot
    `life_event`  deaths, moves, other outcomes: steps, two sources, what each does (`life_event_policy`)
    `notice`      what each agency has to be told of it
    `question`    names that disagree under one number: held until a person decides
    `ladder`      on which step before a lapse an open request stands (`ladder_policy`, `ladder_texts`)

Who is who
    `identity`    one number: one person, or sides (`linkage_groups`, `linkage_names`); requests sent again
    `linkage`     a damaged number: candidates, scored and explained, never merged (the other `linkage_*`)
    `household`   which addresses are one dwelling; `stops`: its visits as one ride

Fewer visits by other windows
    `align`       the smallest changes that save the most; `align_proposal`: nothing without the agencies (`align_*`)

Which half-day
    `plan_model`  visits, stops, cadres, half-days, routes; `plan_parts`: a county's plan, cadre by cadre (`plan_*`)
"""
