// The engine's JSON pass against JSON.parse, the oracle: which texts are JSON, and what stands where.
// Its C file is compiled with the build's own compiler and run by itself; the component is test/contract's matter.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { clang } from '../../component/build/clang.ts'
import { PARTS } from '../../component/build/paths.ts'
import { runWasi } from '../../component/build/wasi.ts'

const MAX_DEPTH = 500
let driver: Uint8Array

beforeAll(async () => {
  const read = (folder: string, name: string) => readFileSync(join(folder, name))
  const files = {
    'json_index.c': read(join(PARTS, 'runtime'), 'json_index.c'),
    'json_index.h': read(join(PARTS, 'runtime'), 'json_index.h'),
    'json_string.c': read(join(PARTS, 'runtime'), 'json_string.c'),
    'json_string.h': read(join(PARTS, 'runtime'), 'json_string.h'),
    'json_index_driver.c': read(import.meta.dirname, 'json_index_driver.c'),
  }
  const args = ['--target=wasm32-wasip1', '-O1', 'json_index_driver.c', 'json_index.c', 'json_string.c']
  driver = await clang(args, files, 'json_index_driver')
}, 120_000)

function run(texts: (string | Buffer)[], args: string[] = []): string[] {
  const parts = texts.flatMap((text) => {
    const bytes = Buffer.from(text as string)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return [length, bytes]
  })
  return Buffer.from(runWasi(driver, args, Buffer.concat(parts)))
    .toString()
    .trimEnd()
    .split('\n')
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const own = (value: Json | undefined, key: string | number): Json | undefined =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, key)
    ? (value as { [key: string]: Json })[key]
    : undefined

/** What the driver's shape should find in a text that JSON.parse accepts. */
function wanted(document: Json): (Json | undefined)[][] {
  const isObject = document !== null && typeof document === 'object' && !Array.isArray(document)
  const items = isObject ? own(document, 'items') : undefined
  const all = Array.isArray(items) ? items : []
  const isRow = (item: Json): boolean => item !== null && typeof item === 'object' && !Array.isArray(item)
  // The first that is no object is the last row.
  const rows = all.filter((_, i) => all.slice(0, i).every(isRow))
  const inObject = (row: Json, key: string) => (Array.isArray(row) ? undefined : own(row, key))
  return rows.map((row) => {
    const a = inObject(row, 'a')
    const list = inObject(row, 'l')
    return [
      row,
      a,
      a === undefined ? undefined : inObject(a, 'b'),
      Array.isArray(list) ? list[1] : undefined,
      inObject(row, 'é\n'),
    ]
  })
}

function found(text: string, line: string): (Json | undefined)[][] {
  const numbers = line
    .split(' ')
    .filter((word) => /^\d+$/.test(word))
    .map(Number)
  const bytes = Buffer.from(text)
  const spans = numbers.slice(3)
  const values: (Json | undefined)[] = []
  for (let i = 0; i < spans.length; i += 2) {
    const end = spans[i + 1] as number
    values.push(end === 0 ? undefined : (JSON.parse(bytes.subarray(spans[i], end).toString()) as Json))
  }
  return Array.from({ length: numbers[0] as number }, (_, row) => values.slice(5 * row, 5 * row + 5))
}

function depth(value: Json): number {
  if (value === null || typeof value !== 'object') return 0
  return 1 + Math.max(0, ...Object.values(value).map(depth))
}

function check(texts: string[]): void {
  const lines = run(texts)
  expect(lines.length).toBe(texts.length)
  texts.forEach((text, i) => {
    const line = lines[i] as string
    let document: Json | undefined
    try {
      document = JSON.parse(text) as Json
    } catch {
      expect(line, text).toMatch(/^error \d+ /)
      return
    }
    if (depth(document) > MAX_DEPTH) expect(line).toMatch(/^error \d+ nested deeper than 500 levels$/)
    else {
      expect(line, text).toMatch(/^rows /)
      expect(found(text, line), text).toEqual(wanted(document))
    }
  })
}

describe('texts that JSON.parse takes', () => {
  test.each([
    '{}',
    '[]',
    ' [ 1 , 2 ]\n',
    '"text"',
    '-0.5e+10',
    'null',
    '{"items":[]}',
    '{"items":null}',
    '{"items":{"a":1}}',
    '{"items":[{"a":{"b":1}},{"a":[1]},{"l":[0,1,2]},{"l":{"1":2}},3,"x",null,[{"a":1}]]}',
    '{"kind":"X","items":[{"a":1,"a":2}],"items":[{"a":{"b":2},"a":{}}]}',
    '{"items":[{"\\u0061":{"\\u0062":"\\u00e9\\ud83d\\ude00"},"\\u00e9\\n":"odd"}]}',
    '{"items":[{"l":[[],{}]}],"items2":[]}',
    '{"a":{"items":[1]},"items":[{"items":[2],"a":"\\"\\\\\\/\\b\\f\\n\\r\\t"}]}',
  ])('%s', (text) => {
    check([text])
  })
})

describe('texts that are refused', () => {
  test.each([
    ['', 'error 0 unexpected end of text'],
    ['   ', 'error 3 unexpected end of text'],
    ['{', 'error 1 unexpected end of text'],
    ['{"a"', 'error 4 unexpected end of text'],
    ['{"a":"b', 'error 7 unexpected end of text'],
    ['{"items":[{"a":"\\', 'error 17 unexpected end of text'],
    ['{"items":[{"a":"\\u00', 'error 20 unexpected end of text'],
    ['<html>', 'error 0 unexpected character'],
    ['{"a":1,}', 'error 7 unexpected character'],
    ['[1,]', 'error 3 unexpected character'],
    ['[1 2]', 'error 3 unexpected character'],
    ['{a:1}', 'error 1 unexpected character'],
    ['[01]', 'error 2 invalid number'],
    ['[-]', 'error 2 invalid number'],
    ['[1.]', 'error 3 invalid number'],
    ['[1e]', 'error 3 invalid number'],
    ['["\\x"]', 'error 3 invalid escape'],
    ['["\\u00g0"]', 'error 6 invalid escape'],
    ['["a\nb"]', 'error 3 control character in a string'],
    ['{} {}', 'error 3 text after the end of the value'],
    ['nul', 'error 3 unexpected end of text'],
    ['nulk', 'error 3 unexpected character'],
    ['{"a":"\0"}', 'error 6 control character in a string'],
  ])('%j', (text, want) => {
    expect(run([text])).toEqual([want])
    expect(() => void JSON.parse(text)).toThrow()
  })

  test.each([MAX_DEPTH, MAX_DEPTH + 1, 1_000, 100_000])('nested %d levels', (levels) => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const text = `${open.repeat(levels)}1${close.repeat(levels)}`
      const line = run([text])[0]
      if (levels <= MAX_DEPTH) expect(line).toBe('rows 0 head 0 0')
      else expect(line).toBe(`error ${open.length * MAX_DEPTH} nested deeper than 500 levels`)
    }
  })
})

describe('sequences', () => {
  const sequences = (...texts: (string | Buffer)[]): string[] => run(texts, ['sequence'])
  const rows = (...spans: readonly (readonly [from: number, to: number])[]): string =>
    `rows ${spans.length} head 0 0${spans.map(([from, to]) => ` ${from} ${to}${' 0'.repeat(8)}`).join('')}`

  test.each([
    ['', rows()],
    [' \n', rows()],
    ['{}', rows([0, 2])],
    ['{}\n{"x":1}\n', rows([0, 2], [3, 10])],
    ['{}{}', rows([0, 2], [2, 4])],
    ['{}\n[{}]', rows([0, 2], [3, 7])],
    ['{} 1 {} 2', rows([0, 2], [3, 4])],
    ['{"x":', rows()],
    ['{}\n{"x":"\\u00', rows([0, 2])],
    ['{}\n{"x":tru', rows([0, 2])],
    ['{}\n{}}', 'error 5 unexpected character'],
    ['{}\n{"x":x}\n', 'error 8 unexpected character'],
    ['{},{}', 'error 2 unexpected character'],
    [`{}\n${'['.repeat(501)}`, 'error 503 nested deeper than 500 levels'],
  ])('%j', (text, want) => {
    expect(sequences(text)).toEqual([want])
  })

  test('end before what was cut off, wherever that is', () => {
    const one = JSON.stringify({ a: { b: 'é😀"\\\n' }, l: [1, -2.5e3, null, true] })
    const bytes = Buffer.from(`${one}\n${one}`)
    const first = Buffer.byteLength(one)
    const ends = Array.from({ length: bytes.length + 1 }, (_, end) => end)
    const counts = sequences(...ends.map((end) => bytes.subarray(0, end))).map((line) =>
      line.split(' ', 2).join(' '),
    )
    expect(counts).toEqual(ends.map((end) => `rows ${Number(end >= first) + Number(end === bytes.length)}`))
  })
})

// A small generator with a fixed seed: the same texts every run.
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return state / 0x80000000
  }
}

test('20,000 generated and damaged lists', () => {
  const next = random(7)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  const keys = ['a', 'b', 'l', 'é\n', 'items', 'kind', '__proto__x', '']
  const value = (level: number): Json => {
    const kind = next()
    if (level > 3 || kind < 0.4)
      return pick([null, true, false, 0, -1.5, 1e300, '', 'é😀"\\\n', 12345678901234567000])
    if (kind < 0.6) return Array.from({ length: Math.floor(next() * 4) }, () => value(level + 1))
    return Object.fromEntries(
      Array.from({ length: Math.floor(next() * 4) }, () => [pick(keys), value(level + 1)]),
    )
  }
  const damage = (text: string): string => {
    const at = Math.floor(next() * text.length)
    const kind = next()
    if (kind < 0.3) return text.slice(0, at)
    if (kind < 0.6) return text.slice(0, at) + text.slice(at + 1)
    return (
      text.slice(0, at) +
      pick(['"', '\\', '{', '}', ',', ':', '0', 'e', ' ', '\u0001', '\\u12']) +
      text.slice(at)
    )
  }
  const texts = Array.from({ length: 20_000 }, () => {
    const text = JSON.stringify(
      { kind: value(3), items: Array.from({ length: 3 }, () => value(0)) },
      null,
      pick([0, 1]),
    )
    return next() < 0.5 ? text : damage(text)
  })
  check(texts)
}, 120_000)
