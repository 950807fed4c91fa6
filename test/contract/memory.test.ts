// The memory that an answer costs: the component's own, which it never gives back, so its size at the end is its peak.
// The same in every run. What the host holds of a body beside it is docs/performance.md's to say.
import { describe, expect, it } from 'vitest'
import type { ColumnSpec } from './memory-host.ts'
import type { ScanSpec } from './run-scan.ts'
import { text } from './responses.ts'
import { engineNames } from './engines.ts'
import { measure } from './bounds/measure.ts'

/** docs/performance.md names these two. */
const FIXED_BYTES = 96_000_000
const FACTOR = 8

const MEGABYTE = 1_000_000

const listOf = (items: string, kind = 'PodList'): string =>
  `{"kind":"${kind}","apiVersion":"v1","metadata":{},"items":[${items}]}`
const tableOf = (rows: string): string =>
  `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{},"columnDefinitions":[{"name":"Name","format":"name"}],"rows":[${rows}]}`
const repeated = (item: string, bytes: number): string =>
  `${`${item},`.repeat(Math.floor(bytes / (item.length + 1)))}${item}`
const many = (bytes: number, each: number, make: (i: number) => string): string =>
  Array.from({ length: Math.floor(bytes / each) }, (_, i) => make(i)).join(',')

const NAME: ColumnSpec[] = [{ name: 'name', type: 'string' }]
const LABELS: ColumnSpec[] = [...NAME, { name: 'labels', type: 'json' }]
const ATTRS: ColumnSpec[] = [...NAME, { name: 'attrs', type: 'json' }]
const WIDE: ColumnSpec[] = Array.from({ length: 300 }, (_, i) => ({ name: `c${i}`, type: 'string' }))

const SHAPES: readonly (readonly [name: string, columns: ColumnSpec[], body: (bytes: number) => string])[] = [
  ['empty objects', ATTRS, (n) => listOf(repeated('{}', n))],
  ['empty objects, for their metadata', LABELS, (n) => listOf(repeated('{}', n))],
  [
    'a large object, then empty ones',
    ATTRS,
    (n) => listOf(`{"a":"${'x'.repeat(n / 2)}"},${repeated('{}', n / 2)}`),
  ],
  ['numbers in place of objects', ATTRS, (n) => listOf(repeated('0', n))],
  ['one object, then numbers', ATTRS, (n) => listOf(`{},${repeated('0', n)}`)],
  ['tiny objects', ATTRS, (n) => listOf(repeated('{"metadata":{"name":"a"}}', n))],
  ['tiny objects in a table of 300 columns', WIDE, (n) => listOf(repeated('{"metadata":{"name":"a"}}', n))],
  [
    'objects of a usual size',
    ATTRS,
    (n) => listOf(many(n, 2000, (i) => `{"metadata":{"name":"p${i}"},"spec":{"x":"${'y'.repeat(1950)}"}}`)),
  ],
  ['empty rows of a Table', NAME, (n) => tableOf(repeated('{}', n))],
  ['rows of a Table', NAME, (n) => tableOf(many(n, 24, (i) => `{"cells":["pod-${i}"]}`))],
  ['one deep object', ATTRS, (n) => listOf(`{"a":[${repeated('['.repeat(490) + ']'.repeat(490), n)}]}`)],
  [
    'one object of many keys',
    ATTRS,
    (n) => listOf(`{"metadata":{"name":"a"},"a":{${many(n, 14, (i) => `"key${i}":1`)}}}`),
  ],
  ['one long text', ATTRS, (n) => listOf(`{"metadata":{"name":"a"},"a":"${'x'.repeat(n)}"}`)],
  [
    'one long text of escapes',
    ATTRS,
    (n) => listOf(`{"metadata":{"name":"a"},"a":"${'\\u0041'.repeat(n / 6)}"}`),
  ],
  ['spaces', ATTRS, (n) => listOf(`{}${' '.repeat(n)}`)],
  [
    'many items twice',
    ATTRS,
    (n) => `{"items":[${repeated('{}', n / 2)}],"items":[${repeated('{}', n / 2)}]}`,
  ],
]

const spec = (columns: ColumnSpec[], body: string): ScanSpec => ({
  tableOptions: {
    object: 'pods',
    ...(columns === WIDE
      ? { columns: JSON.stringify(Object.fromEntries(WIDE.map(({ name }) => [name, `spec.${name}`]))) }
      : {}),
  },
  columns,
  respond: [text(200, body)],
})

describe.each(engineNames().filter((name) => name === 'component'))(
  'in the %s, the memory for an answer of',
  () => {
    it.each(SHAPES)('%s', async (_, columns, body) => {
      for (const size of [MEGABYTE, 8 * MEGABYTE, 48 * MEGABYTE]) {
        // With its first row, all of an answer is in memory.
        const { memoryBytes, error } = await measure({ scan: spec(columns, body(size)) }, 10)
        expect(memoryBytes, `${size} bytes`).toBeLessThan(FIXED_BYTES + FACTOR * size)
        // If it is refused, it must be in words, and never by a trap.
        expect(error).toMatch(/^$|^k8s_fdw\[(cell|decode|internal)\] .* Hint: /)
      }
    })

    it('many pages of tiny objects', async () => {
      let pages = 0
      const { memoryBytes, rows } = await measure({
        scan: {
          tableOptions: { object: 'pods' },
          columns: [{ name: 'uid', type: 'string' }],
          respond: () => {
            pages++
            const items = Array.from({ length: 20_000 }, (_, i) => `{"metadata":{"name":"${pages}-${i}"}}`)
            const token = pages < 30 ? `{"continue":"${pages}"}` : '{}'
            return text(200, `{"metadata":${token},"items":[${items.join(',')}]}`)
          },
        },
      })
      expect(rows).toBe(600_000)
      // 50 MB are kept for a rescan, and one page more.
      expect(memoryBytes).toBeLessThan(FIXED_BYTES + 60_000_000)
    })
  },
)
