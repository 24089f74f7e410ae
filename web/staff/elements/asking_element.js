/** An element that asks the door: it shows that it is busy, and why the door refused. */
import { Refused } from "../session.js";
import { StaffElement } from "./staff_element.js";

export class AskingElement extends StaffElement {
  busy = false;
  /** Why the last question failed. @type {unknown} */
  error = null;

  /** Does some work with the door; what fails is shown, and told to the browser when it is no refusal.
   * @param {() => Promise<void>} work */
  ask = async (work) => {
    this.busy = true;
    this.error = null;
    this.redraw();
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) reportError(error);
      this.error = error;
    }
    this.busy = false;
    this.redraw();
  };
}
