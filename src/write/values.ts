// Values of SQL as Kubernetes writes them in an object.
import type { JsonPath, WrittenCell } from '../host.ts'
import { numberOf } from '../json/number.ts'
import { parseJson } from '../json/parse.ts'
import type { JsonValue } from '../json/values.ts'
import { TYPE_NAMES } from '../read/cells.ts'
import { MASK } from '../read/mask.ts'
import { refused } from './places.ts'
import { quantityOfDigits, quantityOfDouble } from './quantity.ts'
import { timeText } from './time.ts'
import { hasText } from './trees.ts'

/** Deeper trees would be more than the engine's stack. */
const MAX_DEPTH = 100

function jsonOf(column: string, text: string): JsonValue {
  const parsed = parseJson(text, MAX_DEPTH, numberOf)
  if ('value' in parsed) return parsed.value
  throw refused(column, `its JSON is ${parsed.problem}`, `it may have ${MAX_DEPTH} levels, and each key once`)
}

function quantity(column: string, text: string | null): string {
  if (text !== null) return text
  throw refused(
    column,
    'its number has more digits than the host hands over',
    'declare the column text, and write the quantity itself',
  )
}

function double(column: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw refused(column, 'JSON has no such number', 'write a finite one, or NULL')
}

function time(column: string, micros: string, place: JsonPath): string {
  const text = timeText(micros, place[place.length - 1])
  if (text !== null) return text
  throw refused(column, 'its time is outside of the years that Kubernetes has', 'write one from 0000 to 9999')
}

/** The JSON of a value at its place. @throws {FdwError} write. */
export function valueOf({ name, type, value }: WrittenCell, place: JsonPath): JsonValue {
  if (value === null && type !== 'i8' && type !== 'f32') return null
  switch (type) {
    case 'i64':
      return numberOf(String(value))
    case 'f64':
      return double(name, Number(value))
    case 'numeric':
      return quantity(name, quantityOfDouble(Number(value)))
    case 'other':
      return quantity(name, quantityOfDigits(String(value)))
    case 'json':
      return jsonOf(name, String(value))
    case 'timestamp':
    case 'timestamptz':
      return time(name, String(value), place)
    case 'i8':
    case 'f32':
    case 'date':
      throw refused(
        name,
        `its type ${TYPE_NAMES[type]} says no more than a part of what the object has`,
        'declare it text, jsonb, bigint, double precision, numeric or timestamptz',
      )
    default:
      return value
  }
}

/** Refuses a value that was read masked. @throws {FdwError} write. */
export function refuseMask(column: string, value: JsonValue): void {
  if (!hasText(value, MASK)) return
  throw refused(
    column,
    `its value is masked (${MASK}), and would take the place of the Secret's own`,
    "write a column for the one key that is to change, as with the path data.password, or give the table the option reveal_secrets 'true'",
  )
}
