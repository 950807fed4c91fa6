// Reads matrix.md: JSON values by column types, each pair's cell or why there is none.
// Converts nothing with the code under test.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TYPE_NAMES } from '../../../src/read/cells.ts'
import type { TypeOid } from '../../../src/host.ts'
import type { CellValue } from '../run-scan.ts'

export interface Refusal {
  /** What an error says after the value. */
  readonly no: string
}

export interface Pair {
  readonly type: TypeOid
  readonly want: CellValue | Refusal
}

export interface Row {
  /** A JSON text; null if the value is missing. */
  readonly json: string | null
  readonly pairs: readonly Pair[]
}

export const MATRIX_TYPES: readonly TypeOid[] = [
  'bool',
  'i8',
  'i16',
  'i32',
  'i64',
  'f32',
  'f64',
  'numeric',
  'string',
  'date',
  'timestamp',
  'timestamptz',
  'json',
  'uuid',
]

/** The error that `–` stands for. */
function unlike(type: TypeOid, json: string): string {
  switch (type) {
    case 'bool':
      return 'is neither true nor false'
    case 'i8':
      return /^[-0-9]/.test(json) ? 'is not an integer' : 'is not one ASCII character'
    case 'f32':
    case 'f64':
    case 'numeric':
      return 'is not a number or a quantity'
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'is not an RFC 3339 time or date'
    case 'uuid':
      return 'is not a UUID'
    default:
      return 'is not an integer'
  }
}

function refusal(type: TypeOid, json: string, cell: string): Refusal | null {
  const full = (problem: string): Refusal => ({
    no: `${problem}, so it does not fit type ${TYPE_NAMES[type]}`,
  })
  switch (cell) {
    case '–':
      return full(unlike(type, json))
    case 'range':
      return full('is out of range')
    case '>15':
      return full('has more than 15 digits, which the host cannot carry')
    default:
      return null
  }
}

/** Microseconds since 1970 of `0001-02-03 04:05:06.789` in UTC; a year after 9999 or before 1 as in ISO 8601. */
function microseconds(text: string): bigint {
  const [, head = '', fraction = ''] = /^(.*?)(?:\.(\d+))?$/.exec(text) ?? []
  return BigInt(Date.parse(`${head.replace(' ', 'T')}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

/** A date's cell is the day's 10:00 UTC, in seconds. */
function dateSeconds(text: string): bigint {
  return BigInt(Date.parse(`${text}T10:00:00Z`)) / 1000n
}

function cellOf(type: TypeOid, cell: string): CellValue {
  switch (type) {
    case 'bool':
      return cell === 'true'
    case 'i64':
      return BigInt(cell)
    case 'date':
      return dateSeconds(cell)
    case 'timestamp':
    case 'timestamptz':
      return microseconds(cell)
    case 'json':
      return cell
    case 'string':
    case 'uuid':
      return cell.startsWith('"') ? (JSON.parse(cell) as string) : cell
    default:
      return Number(cell)
  }
}

function rowOf(line: string): Row {
  const [written = '', ...cells] = line
    .replace(/^\| | \|$/g, '')
    .split(' | ')
    .map((cell) => cell.trim())
  if (cells.length !== MATRIX_TYPES.length) throw new Error(`${cells.length} cells: ${line}`)
  const json = written.slice(1, -1)
  const pairs = MATRIX_TYPES.map((type, i): Pair => {
    const cell = cells[i] ?? ''
    if (cell === '∅') return { type, want: null }
    return { type, want: refusal(type, json, cell) ?? cellOf(type, cell === '=' ? json : cell) }
  })
  return { json: written === 'missing' ? null : json, pairs }
}

export function readMatrix(): Row[] {
  const text = readFileSync(join(import.meta.dirname, 'matrix.md'), 'utf8')
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `') || line.startsWith('| missing'))
    .map(rowOf)
}
