// How numbers and times are said. Pure; the server's twins are the template filters.

const NUMBER = new Intl.NumberFormat("en");
const DAY_MS = 86_400_000;
/** From this many days on cover is "99+ d": nobody plans by a larger figure. */
const COVER_CAP_DAYS = 99;

/** Whole units with a comma every three digits and a true minus. @param {number} value */
export function qty(value) {
  return NUMBER.format(value).replace("-", "−");
}

/** A change: "+6", "−3". @param {number} value */
export function delta(value) {
  return value > 0 ? `+${qty(value)}` : qty(value);
}

/** @param {number|null} days */
export function coverText(days) {
  if (days === null) return "no recent use";
  if (days >= COVER_CAP_DAYS) return "99+ d";
  if (days > 0 && days < 1) return "< 1 d";
  return `${Math.floor(days)} d`;
}

/** Words from a code: "closed_short" is "Closed short". @param {string} code */
export function words(code) {
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "10:12" in the reader's zone. @param {number} at ms since 1970 */
export function clockTime(at) {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** "10:12:30", and what an hour of another day needs. @param {number} at ms since 1970 @param {number} now */
export function second(at, now) {
  return isToday(at, now) ? new Date(at).toLocaleTimeString("en-GB") : dated(at, now);
}

/** "10:12", "Tue 10:12", "21 Nov", "21 Nov 2024". @param {number} at ms since 1970 @param {number} now */
export function dated(at, now) {
  if (isToday(at, now)) return clockTime(at);
  if (now - at >= 6 * DAY_MS) return day(at, now);
  return `${new Date(at).toLocaleDateString("en-GB", { weekday: "short" })} ${clockTime(at)}`;
}

/** @param {number} at @param {number} now */
const isToday = (at, now) => new Date(at).toDateString() === new Date(now).toDateString();

/**
 * A moment seen from now: "now", "5 min", "10:12", "Tue 10:12", "21 Nov", "21 Nov 2024"; one to come by its day.
 * @param {number} at ms since 1970
 * @param {number} now
 */
export function moment(at, now) {
  const age = now - at;
  if (Math.abs(age) < 45_000) return "now";
  if (age < 0) return day(at, now);
  if (age < 3_600_000) return `${Math.max(Math.round(age / 60_000), 1)} min`;
  return dated(at, now);
}

/** "21 Nov", with the year where it is another. @param {number} at @param {number} now */
function day(at, now) {
  const same = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: same ? undefined : "numeric" });
}

/** The whole of it, for a title. @param {number} at ms since 1970 */
export function fullMoment(at) {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "medium" });
}
