// Quantities against what apimachinery answered (quantities/main.go), and against BigInt.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Decimal } from '../../../src/read/quantity.ts'
import { decimalText, parseQuantity, significantDigits } from '../../../src/read/quantity.ts'

/** What apimachinery's Quantity makes of many texts (quantities/main.go): digits and a power of ten, or null. */
const ANSWERS = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'quantities', 'answers.json'), 'utf8'),
) as {
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
