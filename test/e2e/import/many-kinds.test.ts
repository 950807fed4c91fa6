// The import of hundreds of custom resources, wide ones too, and in the plain Wrappers way as well.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asColumn, at, contents, objectsOf, tablesOf } from '../support/imported.ts'
import { createDefinitions, removeDefinitions, type Definition } from '../support/many-crds.ts'
import { create } from '../support/objects.ts'
import { createPlainServer, createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const COUNT = Number(process.env['K8S_FDW_TEST_CRDS'] ?? 100)
let definitions: Definition[] = []

beforeAll(async () => {
  definitions = await createDefinitions(COUNT)
  await create('/apis/g0.many.example.com/v1/namespaces/default/crd0s', {
    apiVersion: 'g0.many.example.com/v1',
    kind: 'Crd0',
    metadata: { name: 'one' },
    spec: {
      limit: '1536Mi',
      port: 'http',
      mode: 'on',
      at: '2024-02-29T12:34:56.789Z',
      ratio: 0.25,
      big: 9007199254740991,
      small: -2147483648,
      paused: true,
      'dashed-name': 'x-y',
      anything: { a: [1, { b: null }] },
      lists: [['a'], []],
      map: { one: 1 },
      template: { spec: { image: 'i' } },
      extra999: 'last',
    },
    status: { paused: false },
    top: 'up',
  })
  await createServer('many_crds')
  await createPlainServer('many_crds_plain')
  await run(`SET client_min_messages = error;
    DROP SCHEMA IF EXISTS many_crds CASCADE; DROP SCHEMA IF EXISTS many_crds_plain CASCADE;
    CREATE SCHEMA many_crds; CREATE SCHEMA many_crds_plain;`)
})

afterAll(() => removeDefinitions(COUNT))

describe('IMPORT FOREIGN SCHEMA with many custom resources', () => {
  it('makes a table for each, and says how far it is', async () => {
    const started = Date.now()
    const messages = await run('IMPORT FOREIGN SCHEMA "*" FROM SERVER many_crds INTO many_crds')
    console.log(`${COUNT} custom resources: ${((Date.now() - started) / 1000).toFixed(1)} s`)
    expect(messages).toMatch(/^NOTICE: {2}k8s_fdw: 100 of \d+ tables$/m)
    expect(messages).not.toContain('WARNING')
    const made = (await tablesOf('many_crds')).map(
      ({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`,
    )
    for (const { group, kind, plural } of definitions) expect(made).toContain(`${group}/v1 ${kind} ${plural}`)
  })

  it('types the columns of a kind with a thousand fields, and fills them', async () => {
    const table = (await tablesOf('many_crds')).find(({ name }) => name === 'crd0s')
    if (table === undefined) throw new Error('no table crd0s')
    expect(table.columns.length).toBeGreaterThan(1000)
    const types = new Map(table.columns.map(({ name, type }) => [name, type]))
    expect(
      Object.fromEntries(
        [
          'limit',
          'port',
          'mode',
          'at',
          'ratio',
          'big',
          'small',
          'paused',
          'status_paused',
          'dashed_name',
          'anything',
          'lists',
          'map',
          'template',
          'top',
          'extra999',
        ].map((name) => [name, types.get(name)]),
      ),
    ).toEqual({
      limit: 'numeric',
      port: 'jsonb',
      mode: 'text',
      at: 'timestamp with time zone',
      ratio: 'double precision',
      big: 'bigint',
      small: 'integer',
      paused: 'boolean',
      status_paused: 'boolean',
      dashed_name: 'text',
      anything: 'jsonb',
      lists: 'jsonb',
      map: 'jsonb',
      template: 'jsonb',
      top: 'text',
      extra999: 'text',
    })
    const [object] = await objectsOf({
      apiVersion: 'g0.many.example.com/v1',
      group: 'g0.many.example.com',
      plural: 'crd0s',
      kind: 'Crd0',
      namespaced: true,
      listable: true,
      verbs: ['list'],
    })
    const wanted = table.columns.map(({ name, type, path }) => {
      const place = name === 'dashed_name' ? ['spec', 'dashed-name'] : path
      return [name, asColumn(at(object ?? null, place), type)]
    })
    expect(await contents('many_crds', table)).toEqual([Object.fromEntries(wanted)])
  })

  it('gives the plain Wrappers way the same', async () => {
    await run(
      `IMPORT FOREIGN SCHEMA "g0.many.example.com/v1" LIMIT TO (crd0s, crd1s) FROM SERVER many_crds_plain INTO many_crds_plain`,
    )
    const plain = await tablesOf('many_crds_plain')
    expect(plain).toEqual(
      (await tablesOf('many_crds')).filter(({ name }) => name === 'crd0s' || name === 'crd1s'),
    )
    expect(await rows(`SELECT "limit", port, extra999 FROM many_crds_plain.crd0s`)).toEqual([
      ['1610612736', '"http"', 'last'],
    ])
  })
})
