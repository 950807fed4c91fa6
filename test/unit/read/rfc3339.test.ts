// Instants against JavaScript's Date and Postgres' rounding.
import { describe, expect, it } from 'vitest'
import { parseInstant } from '../../../src/read/rfc3339.ts'

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
