// Instants, exact numbers, and the sizes of pages.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jsonTree } from '../support/portable-host/json-tree.ts'
import { compareNumbers, jsonText, kindOf, numberOf, printed } from '../../src/json/number.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { parseInstant } from '../../src/read/rfc3339.ts'
import type { Decimal } from '../../src/read/quantity.ts'
import { decimalText, parseQuantity, significantDigits } from '../../src/read/quantity.ts'
import { nextPageSize } from '../../src/cluster/page-size.ts'

describe('instants', () => {
  it.each([
    '1970-01-01T00:00:00Z',
    '2024-02-29T12:34:56Z',
    '2000-02-29T00:00:00Z',
    '1999-12-31T23:59:59Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2024-01-02T03:04:05.678Z',
    '2024-01-02T03:04:05+14:00',
    '2024-01-02T03:04:05-00:30',
    '1969-12-31T23:59:59.999Z',
    '2024-01-02',
  ])('%s', (text) => {
    const instant = parseInstant(text)
    expect((instant?.epochSeconds ?? NaN) * 1000 + (instant?.micros ?? NaN) / 1000).toBe(Date.parse(text))
  })

  it('agrees with Date on every day of 800 years', () => {
    for (let day = -146097; day < 146097; day += 17) {
      const date = new Date(day * 86400_000)
      expect(parseInstant(date.toISOString())?.epochSeconds).toBe(day * 86400)
    }
  })

  it.each([
    { input: '2024-01-02t03:04:05z', want: { epochSeconds: 1704164645, micros: 0 } },
    { input: '2024-01-02T03:04:05.123456789Z', want: { epochSeconds: 1704164645, micros: 123457 } },
    { input: '2024-01-02T03:04:05.9999999Z', want: { epochSeconds: 1704164646, micros: 0 } },
    { input: '2024-01-02T03:04:05.1Z', want: { epochSeconds: 1704164645, micros: 100000 } },
    // A half goes to the even microsecond, as in Postgres.
    { input: '2024-01-02T03:04:05.1234565Z', want: { epochSeconds: 1704164645, micros: 123456 } },
    { input: '2024-01-02T03:04:05.1234575Z', want: { epochSeconds: 1704164645, micros: 123458 } },
    { input: '2024-01-02T03:04:05.12345650000001Z', want: { epochSeconds: 1704164645, micros: 123457 } },
    { input: '2016-12-31T23:59:60Z', want: { epochSeconds: 1483228800, micros: 0 } },
    { input: '2023-02-29T00:00:00Z', want: null },
    { input: '1900-02-29', want: null },
    { input: '2024-13-01', want: null },
    { input: '2024-00-01', want: null },
    { input: '2024-01-32', want: null },
    { input: '2024-01-01T24:00:00Z', want: null },
    { input: '2024-01-01T00:60:00Z', want: null },
    { input: '2024-01-01T00:00:00', want: null },
    { input: '2024-01-01T00:00:00+24:00', want: null },
    { input: '2024-1-1', want: null },
    { input: ' 2024-01-01', want: null },
    { input: '', want: null },
  ])('$input', ({ input, want }) => {
    expect(parseInstant(input)).toEqual(want)
  })
})

/** What apimachinery's Quantity makes of many texts (quantities/main.go): digits and a power of ten, or null. */
const ANSWERS = JSON.parse(readFileSync(join(import.meta.dirname, 'quantities', 'answers.json'), 'utf8')) as {
  readonly [text: string]: string | null
}
const MAX_INT64 = 9223372036854775807n
/** Beyond any type of Postgres, so no number here; a number without digits is 0 there. */
const REFUSED = /[eE][+-]?([5-9][0-9]{2}|40[1-9]|[0-9]{4,})$|^[+-]?\.?([numkMGTPE]|[KMGTPE]i|[eE][0-9]+)?$/

/** Our exact number as a Quantity has it: nothing below a nano, away from zero, and binary ones within an int64. */
function asQuantity(text: string, { negative, digits, scale }: Decimal): string {
  let magnitude = BigInt(digits)
  let exponent = -scale
  for (; exponent < -9; exponent++) magnitude = (magnitude + 9n) / 10n
  if (text.endsWith('i') && exponent >= 0 && magnitude > MAX_INT64) magnitude = MAX_INT64
  for (; magnitude !== 0n && magnitude % 10n === 0n; exponent++) magnitude /= 10n
  return `${negative ? '-' : ''}${magnitude}e${magnitude === 0n ? 0 : exponent}`
}

describe("apimachinery's Quantity", () => {
  it('was asked for many', () => {
    expect(Object.keys(ANSWERS).length).toBeGreaterThan(250)
    expect(Object.values(ANSWERS).filter((answer) => answer === null).length).toBeGreaterThan(60)
  })

  it.each(Object.keys(ANSWERS))('%j', (text) => {
    const value = parseQuantity(text)
    const wanted = REFUSED.test(text) && !text.startsWith('0') ? null : ANSWERS[text]
    expect(value === null ? null : asQuantity(text, value)).toBe(wanted)
  })
})

describe('quantities', () => {
  it.each([
    { input: '1e400', want: `1${'0'.repeat(400)}` },
    { input: '1e401', want: null },
    { input: '1e-400', want: `0.${'0'.repeat(399)}1` },
    { input: '1e99999', want: null },
    { input: '1e-999999999999', want: null },
    { input: '0e99999', want: '0' },
    { input: '-0.0', want: '0' },
    { input: '0e5', want: '0' },
    { input: '1.50', want: '1.5' },
  ])('$input', ({ input, want }) => {
    const value = parseQuantity(input)
    expect(value === null ? null : decimalText(value)).toBe(want)
  })

  it('agrees with BigInt on binary suffixes', () => {
    for (const [power, suffix] of ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].entries()) {
      for (const digits of ['1', '7', '999', '1023', '123456789012345678901234567890']) {
        const value = parseQuantity(digits + suffix)
        expect(value && decimalText(value)).toBe(String(BigInt(digits) * 1024n ** BigInt(power + 1)))
      }
    }
  })

  it('counts significant digits', () => {
    const count = (text: string): number =>
      significantDigits(parseQuantity(text) ?? { negative: false, digits: '', scale: 0 })
    expect(['12E', '0.001', '9007199254740993', '100', '0'].map(count)).toEqual([2, 1, 16, 1, 0])
  })
})

describe('exact values', () => {
  const TEXT = '{"a":[9007199254740993,-9007199254740993,1e400,12,1.5,1.0,-0],"b":"9007199254740993"}'

  it('keeps the digits of every number', () => {
    const tree = jsonTree(TEXT)
    expect(jsonText(tree)).toBe(TEXT)
    const { a, b } = tree as { a: JsonValue[]; b: JsonValue }
    expect(printed(a[0] ?? '')).toBe('9007199254740993')
    expect(a.map(kindOf)).toEqual(a.map(() => 'number'))
    expect(kindOf(b)).toBe('string')
  })

  it.each([
    { left: '9007199254740993', right: '9007199254740992', want: 1 },
    { left: '-9007199254740993', right: '-9007199254740992', want: -1 },
    { left: '9007199254740993', right: '9007199254740993', want: 0 },
    { left: '9223372036854775807', right: '-9223372036854775808', want: 1 },
    { left: '1.0', right: '1', want: 0 },
    { left: '-0', right: '0', want: 0 },
    { left: '1e3', right: '999.5', want: 1 },
    { left: '1e400', right: '1e400', want: 0 },
    { left: '-1e400', right: '1e400', want: -1 },
  ])('compares $left with $right', ({ left, right, want }) => {
    expect(Math.sign(compareNumbers(numberOf(left), numberOf(right)))).toBe(want)
  })

  it('takes no string of an object for a number', () => {
    const strings = ['\u0000007', '\u0000x', '\u00001"', '\u0000', '12']
    expect(JSON.parse(jsonText(strings))).toEqual(strings)
    expect(strings.map(kindOf)).toEqual(strings.map(() => 'string'))
  })
})

describe('pages', () => {
  it.each([
    { name: 'a few small objects', input: [3, 3, 9000, 10000], want: 1000 },
    { name: 'a full first page', input: [1000, 1000, 4_000_000, 10000], want: 5000 },
    { name: 'tiny objects', input: [1000, 1000, 300_000, 10000], want: 10000 },
    { name: 'a small largest page', input: [2, 2, 900, 2], want: 2 },
    { name: 'huge objects', input: [10, 10, 400_000_000, 10000], want: 1 },
    { name: 'an empty page', input: [1000, 0, 100, 10000], want: 1000 },
  ])('$name', ({ input, want }) => {
    const [asked = 0, objects = 0, bytes = 0, largest = 0] = input
    expect(nextPageSize(asked, objects, bytes, largest)).toBe(want)
  })
})
