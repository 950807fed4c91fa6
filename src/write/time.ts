// Writes instants as Kubernetes writes times.

/** The fields of type MicroTime in Kubernetes' own kinds. It writes all six digits of their seconds, and wants them. */
const MICRO_TIMES = ['acquireTime', 'renewTime', 'pingTime', 'eventTime', 'lastObservedTime']
const DAY = 86400

function padded(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

/** The date of a day counted from 1970-01-01 (Howard Hinnant, civil_from_days). */
function dateText(days: number): string {
  const z = days + 719468
  const era = Math.floor(z / 146097)
  const dayOfEra = z - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
}

/**
 * The RFC 3339 text of microseconds since 1970-01-01 UTC, which come as digits. `field` is the last step of the path
 * that the time is written to. Null for a year that has not four digits.
 */
export function timeText(micros: string, field: string | number | undefined): string | null {
  const isNegative = micros.startsWith('-')
  const digits = (isNegative ? micros.slice(1) : micros).padStart(7, '0')
  let seconds = Number(digits.slice(0, -6))
  let fraction = Number(digits.slice(-6))
  if (isNegative) {
    seconds = fraction === 0 ? -seconds : -seconds - 1
    fraction = fraction === 0 ? 0 : 1000000 - fraction
  }
  const date = dateText(Math.floor(seconds / DAY))
  if (date.length !== 10 || date.startsWith('-')) return null
  const rest = seconds - Math.floor(seconds / DAY) * DAY
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map((part) =>
    padded(part, 2),
  )
  const isMicro = fraction > 0 || (typeof field === 'string' && MICRO_TIMES.includes(field))
  return `${date}T${clock.join(':')}${isMicro ? `.${padded(fraction, 6)}` : ''}Z`
}
