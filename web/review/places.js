/** Whom the reviewers' pages serve, and the ways between them. */
import { t } from "../staff/language.js";

export const ROLES = ["reviewer"];

/** @param {"cases"|"lapses"} here */
export function places(here) {
  return [
    { href: "./", name: t("place.cases"), here: here === "cases" },
    { href: "./lapses.html", name: t("place.lapses"), here: here === "lapses" },
  ];
}
