/** The screens that come after the first one: fetched when it is shown, so that it is shown sooner. */
import "./abilities.js";
import "./capture.js";
import "./feedback.js";
import "./map.js";
import "./outcome.js";
import "./outcomes.js";
import "./paths.js";
import "./person.js";
import "./report.js";
import "./result.js";
import "./sending.js";
import "./settings.js";
import "./visitor.js";
