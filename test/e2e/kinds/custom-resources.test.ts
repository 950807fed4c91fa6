// Kinds that are not in the built-in table are found by discovery, whichever way they are named.
import { beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const WAYS = [
  `apiVersion 'stable.example.com/v1', kind 'Widget'`,
  `object 'widgets.stable.example.com'`,
  `object 'widgets.v1.stable.example.com'`,
  `object 'widgets'`,
]

beforeAll(async () => {
  await createServer('custom')
  const tables = WAYS.map(
    (way, i) => `CREATE FOREIGN TABLE custom.widgets_${i} (
      name text,
      color text OPTIONS (alias 'spec.color'),
      size integer OPTIONS (alias 'spec.size'),
      serial bigint OPTIONS (alias 'spec.serial'),
      weight double precision OPTIONS (alias 'spec.weight'),
      enabled boolean OPTIONS (alias 'spec.enabled'),
      made_at timestamptz OPTIONS (alias 'spec.madeAt'),
      tags jsonb OPTIONS (alias 'spec.tags'),
      phase text OPTIONS (alias 'status.phase')
    ) SERVER custom OPTIONS (${way});`,
  )
  await run(`CREATE SCHEMA custom; ${tables.join('\n')}`)
})

describe('custom resources', () => {
  it.each(WAYS.map((way, i) => ({ way, table: `custom.widgets_${i}` })))('$way', async ({ table }) => {
    expect(await rows(`SET timezone = 'UTC'; SELECT * FROM ${table} ORDER BY name`)).toEqual([
      [
        'alpha',
        'red',
        '10',
        '1234567890123',
        '0.5',
        't',
        '2024-02-29 12:34:56+00',
        '["new", "shiny"]',
        'Ready',
      ],
      ['beta', 'green', '20', '∅', '∅', 'f', '∅', '[]', 'Pending'],
      ['gamma', 'blue', '1', '∅', '∅', '∅', '∅', '∅', '∅'],
    ])
  })
})
