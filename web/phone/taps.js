/** A double tap is one tap: what comes under the finger in between was not aimed at. */
const SOON_MS = 400;
const NEAR_PX = 40;

/** On what cannot be taken back (`data-aimed`) it ignores a tap on the place of the one before that comes too soon after it. */
export function watchTaps() {
  let last = { timeStamp: -Infinity, clientX: 0, clientY: 0 };
  const heard = (/** @type {MouseEvent} */ event) => {
    const { timeStamp, clientX, clientY } = event;
    const near = Math.hypot(clientX - last.clientX, clientY - last.clientY) < NEAR_PX;
    const ignored = near && timeStamp - last.timeStamp < SOON_MS && /** @type {Element} */ (event.target).closest("[data-aimed]");
    last = { timeStamp, clientX, clientY };
    if (!ignored) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("click", heard, true);
}
