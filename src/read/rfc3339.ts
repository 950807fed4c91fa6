// Reads RFC 3339 times and dates as seconds and microseconds since 1970-01-01 UTC, by calendar arithmetic, because the
// engine's Date cannot parse.

export interface Instant {
  readonly epochSeconds: number
  /** Microseconds within the second, 0 to 999999. */
  readonly micros: number
}

const RFC3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})([Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.([0-9]+))?([Zz]|([+-])([0-9]{2}):([0-9]{2})))?$/
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** The days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant, days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

/**
 * The microseconds of a fraction's digits. As in Postgres, a half is rounded to the even number. The result may be a
 * whole second.
 */
function microsOf(fraction: string): number {
  const exact = Number(`0.${fraction}`) * 1000000
  const below = Math.floor(exact)
  const rest = exact - below
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below
}

/** Reads an RFC 3339 time, or a date, which stands for its midnight UTC; null if the text is neither. */
export function parseInstant(text: string): Instant | null {
  const parts = RFC3339.exec(text)
  if (parts === null) return null
  const field = (index: number): number => Number(parts[index] ?? '0')
  const year = field(1)
  const month = field(2)
  const day = field(3)
  if (month < 1 || month > 12) return null
  const monthDays = month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0)
  if (day < 1 || day > monthDays) return null
  const hour = field(5)
  const minute = field(6)
  const second = field(7)
  // Second 60 is a leap second, which Postgres takes as the next second.
  if (hour > 23 || minute > 59 || second > 60 || field(12) > 23 || field(13) > 59) return null
  const offset = (field(12) * 60 + field(13)) * (parts[11] === '-' ? -60 : 60)
  const micros = microsOf(parts[9] ?? '')
  const carried = micros === 1000000 ? 1 : 0
  const epochSeconds = daysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
  return { epochSeconds: epochSeconds + carried, micros: carried === 1 ? 0 : micros }
}
