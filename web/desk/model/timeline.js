/**
 * The picture of an alignment: a bar for each campaign from its first day to its last, and what a proposal adds at both ends. Pure.
 *
 * @typedef {{agency: string, programme: string, area: string|null, requests: number, people: number, first_day: string, last_day: string, max_days_earlier: number, max_days_later: number, fixed: string|null}} Campaign
 * @typedef {{agency: string, programme: string, area: string|null, days_earlier: number, days_later: number}} Change
 * @typedef {{campaign: Campaign, left: number, width: number, earlier: number, later: number, change: Change|null}} Bar Shares of the whole, 0 to 1.
 */
import { addDays, daysBetween, daysFrom, weekdayOf } from "../../staff/days.js";

/** @param {{agency: string, programme: string, area: string|null}} one @param {{agency: string, programme: string, area: string|null}} other */
export function isSameCampaign(one, other) {
  return one.agency === other.agency && one.programme === other.programme && one.area === other.area;
}

/** @param {Campaign[]} campaigns @param {Change[]} changes */
export function timelineOf(campaigns, changes) {
  if (!campaigns.length) return { first: "", last: "", bars: /** @type {Bar[]} */ ([]), ticks: [] };
  const changeOf = (/** @type {Campaign} */ each) => changes.find((change) => isSameCampaign(each, change)) ?? null;
  const starts = campaigns.map((each) => addDays(each.first_day, -(changeOf(each)?.days_earlier ?? 0)));
  const ends = campaigns.map((each) => addDays(each.last_day, changeOf(each)?.days_later ?? 0));
  const first = starts.reduce((a, b) => (a < b ? a : b));
  const last = ends.reduce((a, b) => (a > b ? a : b));
  const all = daysBetween(first, last) + 1;
  const at = (/** @type {string} */ day) => daysBetween(first, day) / all;
  const bars = campaigns.map((campaign) => {
    const change = changeOf(campaign);
    return {
      campaign,
      change,
      left: at(campaign.first_day),
      width: at(addDays(campaign.last_day, 1)) - at(campaign.first_day),
      earlier: (change?.days_earlier ?? 0) / all,
      later: (change?.days_later ?? 0) / all,
    };
  });
  return { first, last, bars, ticks: ticksOf(first, last).map((day) => ({ day, left: at(day) })) };
}

/** The days that are written below: the firsts of the months, or for less than ten weeks the Mondays. @param {string} first @param {string} last */
export function ticksOf(first, last) {
  const days = daysFrom(first, last);
  if (days.length <= 70) return days.filter((each) => weekdayOf(each) === 1);
  const months = days.filter((each) => each.endsWith("-01"));
  return months.filter((_, index) => index % Math.ceil(months.length / 14) === 0);
}
