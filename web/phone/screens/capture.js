/**
 * The recording: the person in the oval, one button, then the prompts at their moments. It wires the machine
 * (capture/machine.js) to camera, clock and store, and holds every other version of the page out meanwhile.
 */
import { app } from "../app.js";
import { closeCamera, failureOf, openCamera, record, recordedType } from "../capture/camera.js";
import { MOST_UNSEEN_S, longestGapS } from "../capture/gaps.js";
import { keep } from "../capture/keeping.js";
import { watch } from "../capture/looking.js";
import { begin, films, step } from "../capture/machine.js";
import { LOOKS, REPEAT_AFTER_S, endS, longestS, promptAt, spokenTimes } from "../capture/prompting.js";
import { stateCamera } from "../capture/source.js";
import { LAST, loadSpeech } from "../capture/speech.js";
import { CONSENT } from "../model/basis.js";
import { findBundle, findVisit } from "../model/visits.js";
import { useBundle, whyUnkept } from "../store/database.js";
import { holdVersion } from "../versions.js";
import { drawCapture } from "./capture_view.js";
import { basisOf } from "./person.js";
import { Screen, leave, stepIn } from "./screen.js";

/** @typedef {import("../model/types.js").Person} Person */
/** @type {import("../capture/machine.js").State} */
const SAVING = { phase: "saving", why: null, limitMs: null };

export class CaptureScreen extends Screen {
  static properties = { visit: {}, state: { state: true }, advice: { state: true }, second: { state: true }, silent: { state: true } };

  constructor() {
    super();
    this.visit = "";
    this.state = begin();
    /** @type {import("../capture/guidance.js").Advice|null} */
    this.advice = null;
    /** Of the recording; negative before its first picture. */
    this.second = -1;
    /** @type {import("../model/types.js").Bundle|null} */
    this.bundle = null;
    this.type = recordedType();
    /** @type {MediaStream|null} */
    this.stream = null;
    /** @type {(() => void)[]} What has to be undone when the screen goes. */
    this.endings = [];
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.limit = undefined;
    /** @type {Awaited<ReturnType<typeof loadSpeech>>|null} */
    this.speech = null;
    /** No voice comes out of this phone: the cadre is told to read the prompts out. */
    this.silent = false;
    /** @type {ReturnType<typeof record>|null} */
    this.recording = null;
    this.startedAtMs = 0;
    /** While somebody is filmed the phone's own back button stops that, and stays here. */
    this.isHeld = false;
    /** What was filmed last, until it is kept. @type {ArrayBuffer|null} */
    this.filmed = null;
    /** What the browser said of the camera that filmed it. @type {string|null} */
    this.camera = null;
    /** As the list had the person last: a sync in the middle of a recording may take the visit off it. @type {Person|null} */
    this.known = null;
  }

  /** Asked again after a wait: meanwhile a time limit or a tap may have ended it. @param {import("../capture/machine.js").Phase} phase */
  isIn(phase) {
    return this.state.phase === phase;
  }

  get person() {
    return (this.known = findVisit(app.today, this.visit)?.person ?? this.known);
  }

  connectedCallback() {
    super.connectedCallback();
    this.endings.push(holdVersion());
    const hidden = () => document.visibilityState === "hidden" && films(this.state.phase) && this.tell({ type: "hidden" });
    document.addEventListener("visibilitychange", hidden);
    this.endings.push(() => document.removeEventListener("visibilitychange", hidden));
    const stepped = () => {
      if (!this.isHeld) return;
      this.isHeld = false;
      if (!this.isIn("stopping") && !this.isIn("saving")) this.tell({ type: "failed", why: "left" }); // whole ones are kept
    };
    addEventListener("popstate", stepped);
    this.endings.push(() => removeEventListener("popstate", stepped));
    void loadSpeech(app.settings.dialect).then(
      (speech) => (this.isConnected ? (this.speech = speech) : speech.close()),
      () => (this.silent = true),
    );
    this.open();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    if (!this.isIn("stopping") && !this.isIn("saving")) this.tell({ type: "failed", why: "left" }); // whole ones are kept
    this.rest();
    this.speech?.close();
    for (const end of this.endings) end();
  }

  /** @param {import("../capture/machine.js").Event} event */
  tell(event) {
    const before = this.state;
    this.state = step(before, event, this.bundle ? longestS(this.bundle.challenge) : 0);
    if (this.state === before) return;
    clearTimeout(this.limit);
    if (this.state.limitMs !== null) this.limit = setTimeout(() => this.tell({ type: "timeout" }), this.state.limitMs);
    if (this.state.phase !== "failed") return;
    this.rest();
    void this.updateComplete.then(() => this.querySelector("h1")?.focus()); // the button that had it is gone
    if (before.phase === "prompting" || before.phase === "stopping") void app.countFailure(this.visit);
  }

  /** Camera and timers off. */
  rest() {
    clearTimeout(this.limit);
    this.recording?.stop();
    this.recording = null;
    closeCamera(this.stream);
    this.stream = null;
    this.stopWatching?.();
    if (this.isHeld && this.isConnected) history.back();
    this.isHeld = false;
  }

  open() {
    this.bundle = this.find();
    clearTimeout(this.limit);
    if (!this.bundle || !this.type) return;
    this.limit = setTimeout(() => this.tell({ type: "timeout" }), this.state.limitMs ?? 0);
    openCamera().then(
      async (stream) => {
        if (this.state.phase !== "opening" || !this.isConnected) return closeCamera(stream);
        this.stream = stream;
        stream.getVideoTracks()[0]?.addEventListener("ended", () => this.tell({ type: "failed", why: "camera_busy" }));
        await this.updateComplete;
        const shown = this.video;
        shown.srcObject = stream;
        // Turned, the phone gives pictures of another shape: the recorder of many a phone ends a file there.
        shown.onresize = () => films(this.state.phase) && this.tell({ type: "failed", why: "turned" });
        await shown.play().catch(() => undefined);
        this.stopWatching = watch(shown, (advice) => (this.advice = advice));
        this.tell({ type: "camera_ready" });
        this.askToLook();
      },
      (error) => this.tell({ type: "failed", why: failureOf(error) }),
    );
  }

  find() {
    const { person } = this;
    return person && findBundle(app.bundles, person, app.now(), basisOf(person).chosen === CONSENT);
  }

  /** Takes the challenge: where another tab has begun with it, the next one; none is left: says so. */
  async claim() {
    const at = new Date(this.startedAtMs).toISOString();
    while (this.bundle && !(await useBundle(app.database, this.bundle.challenge_id, at))) {
      await app.reload();
      this.bundle = this.find();
    }
    if (this.bundle) return this.bundle.challenge;
    this.rest();
    this.state = begin();
    return null;
  }

  /** The person is asked to look into the camera, again after 6 s, until the cadre begins. */
  askToLook() {
    if (this.bundle?.challenge.prompt_form !== "spoken") return;
    let said = 0;
    const again = () => {
      if (this.state.phase !== "framing" || said >= LOOKS) return clearInterval(timer);
      said += 1;
      this.say("look");
    };
    const timer = setInterval(again, REPEAT_AFTER_S * 1000);
    again();
  }

  /** Says it to the person, where words are what the challenge is told by. @param {string} name */
  say(name) {
    if (this.bundle?.challenge.prompt_form !== "spoken") return;
    void this.speech?.say(name).then((heard) => (this.silent = !heard && name !== LAST));
  }

  get video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  retry() {
    this.second = -1;
    this.tell({ type: "retry" });
    this.open();
  }

  /** The third tap: the recorder runs, and the prompts follow the recording's own clock. */
  async film() {
    const { bundle, stream, type } = this;
    if (!bundle || !stream || !type) return;
    this.tell({ type: "begin" });
    stepIn();
    this.isHeld = true;
    this.stopWatching?.(); // a head that turns, as it was asked to, needs no advice; and nothing runs beside the recorder
    this.advice = null;
    this.say("look");
    try {
      this.recording = record(stream, this.video, type);
      this.camera = stateCamera(stream);
      const { firstPicture, whole, stop } = this.recording;
      const zero = await firstPicture;
      if (!this.isIn("starting")) return;
      this.startedAtMs = app.now();
      const challenge = await this.claim();
      if (!challenge) return;
      this.tell({ type: "first_picture" });
      this.follow(zero, challenge, stop);
      this.filmed = await whole;
      if (!this.isIn("stopping")) return;
      if (longestGapS(this.filmed) > MOST_UNSEEN_S) return this.tell({ type: "failed", why: "pictures_missing" });
      this.tell({ type: "recorded" });
      this.say(LAST);
      closeCamera(this.stream);
      await this.keepFilmed();
    } catch (error) {
      this.tell({ type: "failed", why: whyUnkept(error) === "storage_full" ? "storage_full" : "recorder_failed" });
    }
  }

  /** @param {number} zero @param {import("../model/types.js").Challenge} challenge @param {() => void} stop */
  follow(zero, challenge, stop) {
    const aloud = challenge.prompt_form === "spoken" ? spokenTimes(challenge) : [];
    const end = endS(challenge);
    const beat = setInterval(() => {
      const second = (performance.now() - zero) / 1000;
      if (this.state.phase !== "prompting") return clearInterval(beat);
      while (aloud[0] && aloud[0].at_s <= second) {
        const { action } = aloud[0];
        aloud.shift();
        this.say(action);
      }
      const changed = promptAt(challenge, second)?.index !== promptAt(challenge, this.second)?.index;
      if (changed && promptAt(challenge, second)) navigator.vibrate?.(60);
      this.second = second;
      if (second < end) return;
      clearInterval(beat);
      this.tell({ type: "prompts_over" });
      stop();
    }, 40);
  }

  /** Pictures are missing in it, and the cadre wants it sent: the person may not be able to do it once more. */
  async sendAnyway() {
    this.tell({ type: "send_anyway" });
    await this.keepFilmed();
  }

  async keepFilmed() {
    const { filmed, type } = this;
    if (!filmed || !type) return this.tell({ type: "failed", why: "save_failed" });
    await this.keep(filmed, type.split(";")[0] ?? type);
  }

  /** @param {ArrayBuffer} bytes @param {string} type */
  async keep(bytes, type) {
    const { bundle, person } = this;
    if (!bundle || !person) return this.tell({ type: "failed", why: "save_failed" });
    const why = await keep(bundle, person.name, bytes, type, this.startedAtMs, basisOf(person), this.camera);
    if (why) return this.tell({ type: "failed", why });
    this.tell({ type: "kept" });
    await app.reload();
    void app.sync();
    if (this.isConnected) leave(`result/${bundle.challenge_id}`, `person/${this.visit}`);
  }

  /** Without a recorder in the browser: the phone's own camera program has filmed. @param {Event} event */
  async taken(event) {
    const file = /** @type {HTMLInputElement} */ (event.target).files?.[0];
    if (!file || !this.bundle) return;
    clearTimeout(this.limit);
    this.startedAtMs = app.now();
    this.state = SAVING;
    try {
      const isFree = await useBundle(app.database, this.bundle.challenge_id, new Date(this.startedAtMs).toISOString());
      if (!isFree) return this.tell({ type: "failed", why: "save_failed" });
      await this.keep(await file.arrayBuffer(), file.type || "video/mp4");
    } catch (error) {
      this.tell({ type: "failed", why: whyUnkept(error) });
    }
  }

  render() {
    return drawCapture(this);
  }
}
customElements.define("phone-capture", CaptureScreen);
