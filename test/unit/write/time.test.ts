import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeText } from '../../../src/write/time.ts'

const first = Date.UTC(1, 0, 1)
const last = Date.UTC(9999, 11, 31, 23, 59, 59)

describe('a time', () => {
  it('is written as JavaScript writes it, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: first / 1000, max: last / 1000 }), (seconds) => {
        const want = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
        expect(timeText(`${seconds}000000`.replace(/^(-?)0+(?=\d)/, '$1'), 'x')).toBe(want)
      }),
    )
  })

  it.each([
    ['0', '1970-01-01T00:00:00Z'],
    ['1', '1970-01-01T00:00:00.000001Z'],
    ['-1', '1969-12-31T23:59:59.999999Z'],
    ['-1500000', '1969-12-31T23:59:58.500000Z'],
    ['951782399999999', '2000-02-28T23:59:59.999999Z'],
    ['253402300799999999', '9999-12-31T23:59:59.999999Z'],
  ])('of %s microseconds is %s', (micros, want) => {
    expect(timeText(micros, 'x')).toBe(want)
  })

  it.each(['acquireTime', 'renewTime', 'pingTime', 'eventTime', 'lastObservedTime'])(
    'has six digits in %s',
    (field) => {
      expect(timeText('0', field)).toBe('1970-01-01T00:00:00.000000Z')
    },
  )

  it('is none in a year that has not four digits', () => {
    expect(timeText('253402300800000000', 'x')).toBeNull()
    expect(timeText('-99999999999999999', 'x')).toBeNull()
  })
})
