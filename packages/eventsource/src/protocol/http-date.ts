/** The three forms of a date in HTTP (RFC 9110 §5.6.7), in the Gregorian calendar. Pure: time comes in as `now`. */

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const month = `(?<month>${months.join("|")})`;
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

/** The name of the day must be one, but it is not asked whether it is the right one. */
const forms: readonly RegExp[] = [
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT$`), // IMF-fixdate
  new RegExp(String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT$`), // rfc850-date
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>\d\d| \d) ${time} (?<year>\d{4})$`), // asctime-date
];

const dayLength = 86_400_000;
const fiftyYears = 50 * 365.2425 * dayLength;

type Fields = Readonly<Record<string, string>>;

/**
 * @param now milliseconds since the epoch, to tell which century a year of two digits is of
 * @returns milliseconds since the epoch; undefined if the text is no date
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  for (const form of forms) {
    const fields = form.exec(text)?.groups;
    if (fields !== undefined) return timeOf(fields, now);
  }
  return undefined;
}

function timeOf(fields: Fields, now: number): number | undefined {
  const timeOfDay = timeOfDayOf(fields);
  if (timeOfDay === undefined) return undefined;
  const inYear = (year: number): number | undefined => {
    const days = daysSinceEpoch(year, months.indexOf(fields.month!), Number(fields.day));
    return days === undefined ? undefined : days * dayLength + timeOfDay;
  };
  const year = Number(fields.year);
  return fields.year!.length === 4 ? inYear(year) : inCentury(year, now + fiftyYears, inYear);
}

function timeOfDayOf({ hour, minute, second }: Fields): number | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined; // 60: a leap second (§5.6.7)
  return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000;
}

/** Of the years that end in these digits, the last that is no more than 50 years in the future (§5.6.7). */
function inCentury(year: number, latest: number, inYear: (year: number) => number | undefined): number | undefined {
  const latestYear = 1970 + Math.floor(latest / dayLength / 365); // or the year after it
  const full = latestYear - ((latestYear - year) % 100);
  const time = inYear(full);
  return time !== undefined && time > latest ? inYear(full - 100) : time;
}

/** @param month from 0 */
function daysSinceEpoch(year: number, month: number, day: number): number | undefined {
  const leapDay = month === 1 && isLeap(year) ? 1 : 0;
  if (day < 1 || day > lengths[month]! + leapDay) return undefined;
  const leapDays = leapYearsUntil(month > 1 ? year : year - 1) - leapYearsUntil(1969);
  return (year - 1970) * 365 + leapDays + daysBefore[month]! + day - 1;
}

function isLeap(year: number): boolean {
  return leapYearsUntil(year) > leapYearsUntil(year - 1);
}

/** From year 1 to this one. */
function leapYearsUntil(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}
