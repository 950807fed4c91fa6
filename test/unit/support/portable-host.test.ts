// The portable JSON pass against JSON.parse, and its places and messages.
import { describe, expect, it } from 'vitest'
import { indexJson } from '../../support/portable-host/json-index.ts'
import { HEAD } from '../../../src/host.ts'
import type { JsonDocument, JsonShape } from '../../../src/host.ts'

const WHOLE: JsonShape = { head: [[]], rowsKey: null, row: [] }

function document(text: string, shape: JsonShape): JsonDocument {
  const made = indexJson(text, shape)
  if ('rowCount' in made) return made
  throw new Error(`${made.message} at ${made.offset}`)
}

function fault(text: string): string {
  const made = indexJson(text, WHOLE)
  return 'rowCount' in made ? 'valid' : `${made.message} at ${made.offset}`
}

describe('validation', () => {
  it.each([
    { input: '', want: 'unexpected end of text at 0' },
    { input: ' ', want: 'unexpected end of text at 1' },
    { input: '{"a":1', want: 'unexpected end of text at 6' },
    { input: '"ü', want: 'unexpected end of text at 3' },
    { input: '"😀\u0001"', want: 'control character in a string at 5' },
    { input: '"\\q"', want: 'invalid escape at 2' },
    { input: '"\\u12x4"', want: 'invalid escape at 5' },
    { input: '01', want: 'invalid number at 1' },
    { input: '-', want: 'unexpected end of text at 1' },
    { input: '-x', want: 'invalid number at 1' },
    { input: '1.x', want: 'invalid number at 2' },
    { input: '1ex', want: 'invalid number at 2' },
    { input: 'tru!', want: 'unexpected character at 3' },
    { input: '{"a":1,}', want: 'unexpected character at 7' },
    { input: '[1,]', want: 'unexpected character at 3' },
    { input: '[1 2]', want: 'unexpected character at 3' },
    { input: '{"a" 1}', want: 'unexpected character at 5' },
    { input: '{1:2}', want: 'unexpected character at 1' },
    { input: '[}', want: 'unexpected character at 1' },
    { input: '{} {}', want: 'text after the end of the value at 3' },
    { input: '['.repeat(501), want: 'nested deeper than 500 levels at 500' },
  ])('$input', ({ input, want }) => {
    expect(fault(input)).toBe(want)
  })

  it('agrees with JSON.parse on every text of a few pieces', () => {
    const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '1', '-0.5e+3', 'null', ' ', '"\\u00e4"']
    const check = (text: string, left: number): void => {
      let valid = true
      try {
        JSON.parse(text)
      } catch {
        valid = false
      }
      expect(fault(text) === 'valid', text).toBe(valid)
      if (left > 0) for (const piece of pieces) check(text + piece, left - 1)
    }
    check('', 4)
  })
})

describe('places', () => {
  const shape: JsonShape = {
    head: [['kind'], ['metadata', 'continue'], ['items'], ['items', 0]],
    rowsKey: 'items',
    row: [[], ['a'], ['a', 'b'], ['l', 1], ['a', 'b']],
  }

  it('finds head and rows, in any order', () => {
    const made = document(
      '{"items":[{"a":{"b":1},"l":[0,"x"]},{"a":null},7,{"a":1},8],"metadata":{"continue":"c"},"kind":"K"}',
      shape,
    )
    // The first that is no object is the last.
    expect(made.rowCount).toBe(3)
    expect([made.text(HEAD, 0), made.text(HEAD, 1), made.kind(HEAD, 2), made.kind(HEAD, 3)]).toEqual([
      'K',
      'c',
      'array',
      'missing',
    ])
    expect([0, 1, 2, 3, 4].map((leaf) => made.kind(0, leaf))).toEqual([
      'object',
      'object',
      'number',
      'string',
      'number',
    ])
    expect([0, 1, 2, 3].map((leaf) => made.kind(2, leaf))).toEqual([
      'number',
      'missing',
      'missing',
      'missing',
    ])
    expect([0, 1, 2, 3].map((leaf) => made.kind(1, leaf))).toEqual(['object', 'null', 'missing', 'missing'])
    expect([made.json(0, 1), made.text(0, 3), made.json(0, 3)]).toEqual(['{"b":1}', 'x', '"x"'])
  })

  it('takes the last of duplicate keys, and forgets what stood in the first', () => {
    const made = document(
      '{"kind":"1","items":[{"a":{"b":1},"a":{}}],"items":[{"a":{"b":2}},{}],"kind":"2"}',
      shape,
    )
    expect([made.rowCount, made.text(HEAD, 0), made.text(0, 2), made.kind(1, 1)]).toEqual([
      2,
      '2',
      '2',
      'missing',
    ])
    expect(document('{"items":[{"a":{"b":1},"a":{}}]}', shape).kind(0, 2)).toBe('missing')
  })

  it('finds keys behind escapes, and an empty key', () => {
    const made = document('{"k\\u0069nd":"K","":1}', { head: [['kind'], ['']], rowsKey: null, row: [] })
    expect([made.text(HEAD, 0), made.text(HEAD, 1)]).toEqual(['K', '1'])
  })

  it('has no rows where the array is none', () => {
    for (const items of ['null', '{}', '"x"', '[]']) {
      expect(document(`{"items":${items}}`, shape).rowCount).toBe(0)
    }
  })

  it('decodes as Go does', () => {
    const made = document('{"kind":"\\ud83d\\ude00\\ud800x\\udc00"}', shape)
    expect(made.text(HEAD, 0)).toBe('😀\ufffdx\ufffd')
    expect(document('["\\ud800"]', WHOLE).tree(HEAD, 0)).toEqual(['\ufffd'])
  })

  it('makes own properties of every key', () => {
    const tree = document('{"__proto__":1}', WHOLE).tree(HEAD, 0)
    expect(Object.entries(tree as object)).toEqual([['__proto__', 1]])
  })
})
