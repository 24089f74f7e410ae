/** Names of people and places, as far as the door says them; else their codes. */
import { t } from "../../staff/language.js";
import { desk } from "../desk.js";
import { villageWithin } from "../model/read.js";

/** @param {string} id */
export function cadreName(id) {
  return desk.index?.cadres.get(id)?.name || id;
}

/** A village or township; a township that the county has not named is called by a village of it. @param {string} code */
export function placeName(code) {
  const places = desk.index?.plan.places ?? {};
  const village = villageWithin(places, code);
  return places[code]?.name || (village ? t("town.of", { village }) : code);
}
