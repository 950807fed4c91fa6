// JSON values as cells of each type: what Postgres' own casts would take, and nothing that loses a digit.
// test/contract/types has every value against every type.
import { describe, expect, it } from 'vitest'
import type { TypeOid } from '../../../src/host.ts'
import type { JsonValue } from '../../../src/json/values.ts'
import { Misfit, Substitute, pushLeaf, pushValue } from '../../../src/read/cells.ts'
import { jsonTree } from '../../support/portable-host/json-tree.ts'
import { documentOf, sinkOf } from '../support/fakes.ts'

/** What a value becomes: the cell, or why it is none. */
function cell(type: TypeOid, value: JsonValue): unknown {
  const { sink, cells } = sinkOf()
  try {
    pushValue(sink, type, value)
  } catch (error) {
    expect(cells).toEqual([])
    if (error instanceof Misfit) return [error.reason(false), error.hint]
    if (error instanceof Substitute) return { shown: error.text }
    throw error
  }
  expect(cells).toHaveLength(1)
  return cells[0]
}

describe('cells', () => {
  it.each<{ type: TypeOid; json: string; want: unknown }>([
    { type: 'bool', json: 'true', want: ['bool', true] },
    { type: 'bool', json: '"false"', want: ['bool', false] },
    { type: 'i8', json: '"a"', want: ['i8', 97] },
    { type: 'i8', json: '-128', want: ['i8', -128] },
    { type: 'i16', json: '32767', want: ['i16', 32767] },
    { type: 'i32', json: '"1Ki"', want: ['i32', 1024] },
    { type: 'i64', json: '9223372036854775807', want: ['i64', '9223372036854775807'] },
    { type: 'i64', json: '"-8Ei"', want: ['i64', '-9223372036854775808'] },
    { type: 'i64', json: '1e3', want: ['i64', '1000'] },
    { type: 'numeric', json: '"250m"', want: ['numeric', 0.25] },
    { type: 'other', json: '"1234567890123456.7Ki"', want: ['string', '1264197519486419660.8'] },
    { type: 'f64', json: '9007199254740993', want: ['f64', 9007199254740992] },
    { type: 'string', json: '9007199254740993', want: ['string', '9007199254740993'] },
    { type: 'string', json: '{"a":[1.0]}', want: ['string', '{"a":[1.0]}'] },
    { type: 'json', json: '"x"', want: ['json', '"x"'] },
    { type: 'json', json: '"\\\\u0000"', want: ['json', '"\\\\u0000"'] },
    // 10:00 UTC is on the same day in almost every time zone.
    { type: 'date', json: '"1970-01-02T23:00:00Z"', want: ['date', 86400 + 36000, 0] },
    { type: 'timestamptz', json: '"1970-01-01T00:00:01.5Z"', want: ['timestamptz', 1, 500000] },
    {
      type: 'uuid',
      json: '"0123456789abcdef0123456789abcdef"',
      want: ['uuid', '0123456789abcdef0123456789abcdef'],
    },
  ])('$json as $type', ({ type, json, want }) => {
    expect(cell(type, jsonTree(json))).toEqual(want)
  })

  it.each<TypeOid>(['bool', 'i32', 'string', 'json', 'timestamp', 'uuid'])('null as %s is NULL', (type) => {
    expect(cell(type, null)).toBeNull()
  })
})

describe('misfits', () => {
  it.each<{ type: TypeOid; json: string; why: string; hint: string }>([
    { type: 'bool', json: '1', why: '1 is neither true nor false', hint: 'bigint, text or jsonb' },
    { type: 'i8', json: '"ab"', why: '"ab" is not one ASCII character', hint: 'text or jsonb' },
    { type: 'i16', json: '32768', why: '32768 is out of range', hint: 'bigint, text or jsonb' },
    { type: 'i32', json: '"500m"', why: '"500m" is not an integer', hint: 'numeric, text or jsonb' },
    {
      type: 'i64',
      json: '9223372036854775808.5',
      why: '9223372036854775808.5 is not an integer',
      hint: 'text, of which k8s_fdw.quantity(column) makes the exact number',
    },
    {
      type: 'numeric',
      json: '1234567890123456',
      why: '1234567890123456 has more than 15 digits, which the host cannot carry',
      hint: 'text, of which k8s_fdw.quantity(column) makes the exact number, or bigint, if all its values are whole numbers',
    },
    { type: 'other', json: '"12X"', why: '"12X" is not a number or a quantity', hint: 'text or jsonb' },
    { type: 'f32', json: '1e39', why: '1e39 is out of range', hint: 'numeric, text or jsonb' },
    { type: 'timestamp', json: '1', why: '1 is not an RFC 3339 time or date', hint: 'bigint, text or jsonb' },
    { type: 'uuid', json: '"0123"', why: '"0123" is not a UUID', hint: 'bigint, text or jsonb' },
    { type: 'i32', json: '{"a":1}', why: '{"a":1} is not an integer', hint: 'text or jsonb' },
  ])('$json as $type', ({ type, json, why, hint }) => {
    expect(cell(type, jsonTree(json))).toEqual([
      expect.stringContaining(`${why}, so it does not fit type `),
      expect.stringContaining(`declare the column ${hint}`),
    ])
  })

  it('are shown shortened, and not at all of a Secret', () => {
    const misfit = new Misfit('"x"', 'is not an integer', 'hint')
    expect([misfit.reason(false), misfit.reason(true)]).toEqual([
      '"x" is not an integer',
      "the value (hidden, for it is a Secret's) is not an integer",
    ])
    expect(cell('i32', 'y'.repeat(101))).toEqual([
      expect.stringContaining(`"${'y'.repeat(100)}…" is not an integer`),
      'declare the column text or jsonb',
    ])
  })

  it('are values of more levels than jsonb takes', () => {
    const nested = (levels: number): JsonValue => jsonTree('['.repeat(levels) + ']'.repeat(levels))
    expect(cell('json', nested(127))).toEqual(['json', '['.repeat(127) + ']'.repeat(127)])
    expect(cell('json', nested(128))).toEqual([
      expect.stringContaining('more than 127 levels'),
      expect.stringContaining('declare the column text'),
    ])
  })

  it('are of any number of levels where the host takes them', () => {
    const { sink, cells } = sinkOf({ host_deep_json: 'on' })
    const text = '['.repeat(500) + ']'.repeat(500)
    pushValue(sink, 'json', jsonTree(text))
    expect(cells).toEqual([['json', text]])
  })
})

describe('U+0000', () => {
  it.each<{ type: TypeOid; json: string; shown: string }>([
    { type: 'string', json: '"a\\u0000b"', shown: 'a\ufffdb' },
    { type: 'json', json: '{"a":"\\u0000"}', shown: '{"a":"\ufffd"}' },
  ])('is substituted in $json as $type', ({ type, json, shown }) => {
    expect(cell(type, jsonTree(json))).toEqual({ shown })
  })
})

describe('leaves of a document', () => {
  const leaf = (type: TypeOid, json: string): unknown => {
    const { sink, cells } = sinkOf()
    const document = documentOf(`{"items":[{"a":${json}}]}`, {
      head: [],
      rowsKey: 'items',
      row: [['a'], ['missing']],
    })
    pushLeaf(sink, type, document, 0, 0)
    pushLeaf(sink, type, document, 0, 1)
    expect(cells[1]).toBeNull()
    return cells[0]
  }

  it.each<{ type: TypeOid; json: string; want: unknown }>([
    { type: 'string', json: '"x"', want: ['slice', 'string', 'x'] },
    { type: 'json', json: '"x"', want: ['slice', 'json', '"x"'] },
    { type: 'i64', json: '9007199254740993', want: ['i64', '9007199254740993'] },
    { type: 'i64', json: 'null', want: null },
    { type: 'bool', json: '"true"', want: ['bool', true] },
  ])('$json as $type', ({ type, json, want }) => {
    expect(leaf(type, json)).toEqual(want)
  })

  it('that the host cannot slice are read as trees', () => {
    expect(() => leaf('string', '"\\u0000"')).toThrow(Substitute)
  })
})
