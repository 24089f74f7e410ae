/**
 * What the page holds and what the door tells it (docs/phone.md names the routes). Only types: nothing runs here.
 *
 * @typedef {{code: string, zh: string, en: string}} Stated A reason or warning in both languages.
 * @typedef {{step: "remind"|"offer_paths"|"grace"|"escalate", counts_until: string}} Lapse How near a request is to a lapse.
 * @typedef {{agency: string, programme: string, due_date: string, request_id: string, lapse?: Lapse|null}} VisitRequest
 * @typedef {object} Person One visit and who is visited.
 * @property {string} visit_id
 * @property {string} name
 * @property {string|null} sex
 * @property {string|number|null} born
 * @property {number} version
 * @property {[string, string]} window First and last day.
 * @property {string} due_date
 * @property {VisitRequest[]} requests
 * @property {string[]} abilities Ability sets that hold.
 * @property {string[]} unable Further actions that cannot be asked.
 * @property {string[]} [basis] On which the person may be filmed; without it, on all that the county names.
 * @property {string|null} [consent_withdrawn_at] When consent was taken back last, also if it was given anew since.
 * @property {string|null} announced_on
 * @property {Stated[]} warnings
 * @property {string|null} last_decision
 * @property {Stated[]} last_reasons
 * @property {number} tries
 * @property {string|null} last_outcome
 *
 * @typedef {object} Stop One dwelling.
 * @property {string} stop_id
 * @property {number} order
 * @property {string|null} on
 * @property {string|null} half_day
 * @property {string} village_code
 * @property {string|null} address
 * @property {number|null} lat WGS 84.
 * @property {number|null} lon WGS 84.
 * @property {Person[]} people
 *
 * @typedef {{village_code: string, name: string, lat: number|null, lon: number|null}} Village
 * @typedef {{notice_version: string, zh: string, en: string, basis: string[]}} Legal
 * @typedef {object} Today
 * @property {string} as_of
 * @property {string} timezone The county's, in which days and times are told.
 * @property {{cadre_id: string, name: string}} cadre
 * @property {Village[]} villages
 * @property {Stop[]} stops
 * @property {Legal} legal
 * @property {string[]} paths Ways besides a recording.
 *
 * @typedef {{action: string, at_s: number, until_s: number}} Prompt Seconds from the recording's first picture.
 * @typedef {object} Challenge
 * @property {string} challenge_id
 * @property {string} visit_id
 * @property {string[]} actions
 * @property {string} issued_at
 * @property {string} expires_at
 * @property {Prompt[]} prompts
 * @property {number|null} longest_s
 * @property {"spoken"|"shown"|"touched"} prompt_form
 *
 * @typedef {object} Bundle A challenge carried into the mountains; used once.
 * @property {string} challenge_id
 * @property {string} visit_id
 * @property {Challenge} challenge
 * @property {string} jws
 * @property {string} [send_by] Until when a recording for it must have arrived.
 * @property {string} able_key What was ticked when it was drawn.
 * @property {string|null} used_at
 *
 * @typedef {"saved"|"sending"|"received"|"refused"|"lost"} SendState Lost: the county had received it, and has it no more.
 * @typedef {{agency: string, request_id: string, state: "waiting"|"issued"|"accepted"|"rejected", because?: Stated|string|null, message?: string|null}} CertificateState
 * @typedef {object} CaptureStatus What the door says of a recording that it has.
 * @property {string} capture_id
 * @property {string} challenge_id
 * @property {string} visit_id
 * @property {string} state
 * @property {string} received_at
 * @property {string} sha256
 * @property {string|null} decision
 * @property {Stated[]} reasons
 * @property {CertificateState[]} certificates
 * @typedef {{capture_id: string, visit_id: string, because: Stated}} LostCapture What the county has received and lost since.
 *
 * @typedef {object} Capture A recording on this phone or sent from it. Its bytes lie in a store of their own.
 * @property {string} challenge_id
 * @property {string} visit_id
 * @property {string} name Of the person, for the list.
 * @property {number} size Bytes.
 * @property {string} type Media type.
 * @property {string} sha256
 * @property {string} signature Over hash, challenge and `camera`.
 * @property {string|null} [camera] What the browser said of the camera, as JSON; missing in what was filmed before it was read.
 * @property {string} captured_at By the door's clock.
 * @property {string} [send_by] Until when it must have arrived.
 * @property {string} legal_basis
 * @property {boolean} [consent_renewed] The person had withdrawn consent, was told anew and agrees.
 * @property {string|null} notice_version Of the notice that was shown.
 * @property {SendState} state
 * @property {number} sent Bytes that the door has.
 * @property {string|null} upload_url
 * @property {Stated|null} problem Why it was refused, or that it is lost.
 * @property {CaptureStatus|null} status
 *
 * @typedef {object} Outcome What happened instead of a recording, what a person can do, or that consent was taken back; kept until it is sent.
 * @property {string} outcome_id
 * @property {string} visit_id
 * @property {string} name
 * @property {"outcome"|"abilities"|"withdrawal"} kind
 * @property {Record<string, any>} body
 * @property {"saved"|"received"|"refused"} state
 * @property {boolean} [again] It was received before, and the county was restored since.
 * @property {Stated|null} problem
 * @property {string} made_at
 *
 * @typedef {{media_type: string, size: number, sha256: string}} FeedbackFile
 * @typedef {object} FeedbackBody What is sent of a report, and signed.
 * @property {"problem"|"idea"} kind
 * @property {string} text
 * @property {string|null} village_code
 * @property {string} written_at By the door's clock.
 * @property {FeedbackFile|null} voice
 * @property {FeedbackFile|null} picture
 * @property {string} signature
 *
 * @typedef {object} Feedback A problem or an idea of the cadre. Voice and picture lie in a store of their own.
 * @property {string} feedback_id
 * @property {FeedbackBody} body
 * @property {"saved"|"sent"|"refused"} state
 * @property {Stated|null} problem
 * @property {{state: string, agency: string|null}|null} status What the door says of it.
 * @property {string|null} answer
 * @property {string|null} answered_at When this phone heard of it.
 * @property {boolean} seen False while an answer was not read.
 *
 * @typedef {object} Draft A report that is being written.
 * @property {"problem"|"idea"} kind
 * @property {string} text
 * @property {string|null} village
 * @property {{bytes: ArrayBuffer, type: string}|null} voice
 * @property {ArrayBuffer|null} picture
 *
 * @typedef {{device_id: string, token: string, cadre_id: string, cadre_name: string, village_codes: string[]}} Device
 * @typedef {{lang: "zh"|"en", size: number, dialect: string}} Settings
 * @typedef {{id: string, name: {zh: string, en: string}, version: string}} Dialect A voice that the door offers.
 */
export {};
