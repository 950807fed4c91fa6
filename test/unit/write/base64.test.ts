// Buffer says what base64 is.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { base64 } from '../../../src/write/base64.ts'

it.each(['', 'a', 'ab', 'abc', 'abcd', 'Größe', '日本', '\u{1F600}', '%', '%41', '\0\n'])('of %j', (text) => {
  expect(base64(text)).toBe(Buffer.from(text).toString('base64'))
})

it('of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(base64(text)).toBe(Buffer.from(text).toString('base64'))
    }),
  )
})
