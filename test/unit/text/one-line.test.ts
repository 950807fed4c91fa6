// A text in one line, whatever it holds.
import { expect, it } from 'vitest'
import { oneLine } from '../../../src/text/one-line.ts'

it.each([
  { input: 'a\r\n\tb', want: 'a b' },
  { input: '  a  ', want: 'a' },
  { input: 'a\u0000\u001b[31mb\u007f', want: 'a [31mb' },
  { input: 'ü 😀', want: 'ü 😀' },
])('$want', ({ input, want }) => {
  expect(oneLine(input)).toBe(want)
})
