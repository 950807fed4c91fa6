import { describe, expect, it } from 'vitest'
import { decimalText, parseQuantity } from '../../../src/read/quantity.ts'
import { quantityOfDigits, quantityOfDouble } from '../../../src/write/quantity.ts'

/**
 * As resource.MustParse(…).String() of apimachinery 0.34.4 prints them; but for the last, of which that prints only 1,
 * because it has no suffix beyond E.
 */
const CANONICAL: readonly (readonly [digits: string, text: string])[] = [
  ['0', '0'],
  ['1', '1'],
  ['-2', '-2'],
  ['0.25', '250m'],
  ['1.5', '1500m'],
  ['-0.1', '-100m'],
  ['0.0001', '100u'],
  ['0.000000001', '1n'],
  ['0.0000015', '1500n'],
  ['1000', '1k'],
  ['1500', '1500'],
  ['2000000', '2M'],
  ['67108864', '67108864'],
  ['1000000000000000000', '1E'],
  ['1000000000000000000000', '1000E'],
]

describe('a quantity', () => {
  it.each(CANONICAL)('%s is written as %s', (digits, text) => {
    expect(quantityOfDigits(digits)).toBe(text)
    expect(quantityOfDouble(Number(digits))).toBe(text)
    const read = parseQuantity(text)
    expect(read === null ? null : decimalText(read)).toBe(digits)
  })

  it('keeps what is finer than Kubernetes does', () => {
    expect(quantityOfDigits('0.00000000001')).toBe('0.00000000001')
  })

  it('is none for what is no number, or not sure to be the number that SQL had', () => {
    for (const value of [NaN, Infinity, 0.1 + 0.2, 12345678901234567])
      expect(quantityOfDouble(value)).toBeNull()
    for (const digits of ['NaN', 'Infinity', '-Infinity']) expect(quantityOfDigits(digits)).toBeNull()
  })
})
