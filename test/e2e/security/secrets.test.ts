// Secrets are masked whatever leads to them; and the search through everything that the suite made the servers say,
// with which closing.ts ends, finds secrets. No failure may print one.
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { allNeedles, leaks, type Needle } from '../support/leaks.ts'
import { create } from '../support/objects.ts'
import { get } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WASM_WRAPPER, createPlainServer, createServer } from '../support/servers-in-sql.ts'
import { quoted, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'secrets'
const NAME = 'applied'
const PASSWORD = 'masked-wherever-it-is'
const encoded = Buffer.from(PASSWORD).toString('base64')
const NUMBER = '86753090247113'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** As `kubectl apply` leaves it. */
const APPLIED = {
  metadata: {
    name: NAME,
    annotations: {
      [LAST_APPLIED]: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        data: { password: encoded },
        stringData: { password: PASSWORD, number: NUMBER },
      }),
      'kapp.k14s.io/original': JSON.stringify({ kind: 'Secret', stringData: { password: PASSWORD } }),
      'kopf.zalando.org/last-handled-configuration': JSON.stringify({ data: { password: encoded } }),
      'example.com/note': PASSWORD,
    },
  },
  stringData: { password: PASSWORD, number: NUMBER, 'dotted.key': PASSWORD },
}

const PATHS = [
  '{}',
  '{@}',
  '$',
  '{.*}',
  '{..[*]}',
  '{..password}',
  'data',
  '{.data}',
  'data.password',
  '{.data.password}',
  `{['data']['password']}`,
  `{.data.dotted\\.key}`,
  `data['dotted.key']`,
  '{.data.*}',
  '{.data[*]}',
  `{.data['password','number']}`,
  `{['data','stringData']}`,
  'stringData',
  '{.stringData.password}',
  '{.metadata}',
  '{.metadata.*}',
  'metadata.annotations',
  '{..annotations}',
  '{.metadata.annotations.*}',
  `metadata.annotations['${LAST_APPLIED}']`,
  `metadata.annotations['kapp.k14s.io/original']`,
  `{.metadata.annotations['example.com/note']}`,
  '{.metadata.annotations.kubectl\\.kubernetes\\.io/last-applied-configuration}',
  '{.metadata.name}: {.data.password}',
  '{range .data.*}{@};{end}',
  '{range .metadata.annotations.*}{@};{end}',
  '{range ..password}{@}{end}',
] as const
const TYPES = ['boolean', '"char"', 'integer', 'bigint', 'numeric', 'date', 'timestamptz', 'uuid'] as const
const KINDS = [
  `apiVersion 'v1', kind 'Secret'`,
  `object 'secrets'`,
  `object 'secret'`,
  `object 'secrets.v1.'`,
] as const

let needles: Needle[]

const table = (name: string, columns: string, options: string): string =>
  `CREATE FOREIGN TABLE secrets.${name} (${columns}) SERVER secrets OPTIONS (${options}, namespace '${NAMESPACE}');`

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await create(`/api/v1/namespaces/${NAMESPACE}/secrets`, APPLIED)
  needles = await allNeedles(provided())
  await createServer('secrets', { trace: 'on' })
  await run(`CREATE SCHEMA secrets;
    ${CREATE_WASM_WRAPPER}`)
})

const silent = (text: string): void => {
  expect(leaks(needles, text)).toEqual([])
}

interface Column {
  readonly name: string
  /** Its path; null for a column that goes by its name. */
  readonly path: string | null
}

/** Metadata alone is asked for in another form than objects are, so it gets a query of its own. */
const isMetadata = ({ name, path }: Column): boolean =>
  path === null ? /^(metadata|annotations)$/.test(name) : /^\{?\.?metadata/.test(path)

/** What each column shows: in a list and in a GET, as jsonb and as text, with others and with metadata alone. */
const readAll = async (
  prefix: string,
  kind: string,
  columns: readonly Column[],
): Promise<Map<string, string[]>> => {
  const shown = new Map(columns.map(({ name }) => [name, [] as string[]]))
  for (const type of ['jsonb', 'text']) {
    const definitions = columns.map(
      ({ name, path }) => `${name} ${type} ${path === null ? '' : `OPTIONS (alias ${quoted(path)})`}`,
    )
    const name = `${prefix}_${type}`
    await run(table(name, ['name text', ...definitions].join(', '), kind))
    for (const part of [columns, columns.filter(isMetadata)].filter(({ length }) => length > 0)) {
      const names = part.map((column) => column.name)
      const select = `SELECT ${names.join(', ')} FROM secrets.${name}`
      const answer = await session(`${select}; ${select} WHERE name = '${NAME}';`)
      silent(answer.messages)
      silent(JSON.stringify(answer.rows))
      expect(answer.messages).toMatch(
        /^INFO: .*\/secrets\?limit=\d+: 200 OK.*\n(.*\n)?INFO: .*\/secrets\/applied: 200 OK/,
      )
      expect(answer.rows.length).toBe(2)
      for (const row of answer.rows) names.forEach((column, n) => shown.get(column)?.push(row[n] ?? ''))
    }
  }
  return shown
}

/** The columns that do not show the mask everywhere. */
const unmasked = (shown: ReadonlyMap<string, readonly string[]>): string[] =>
  [...shown].filter(([, texts]) => !texts.every((text) => text.includes('***'))).map(([name]) => name)

describe('Secrets are masked', () => {
  it('in columns by their name', async () => {
    const names = ['data', 'string_data', 'attrs', 'metadata', 'annotations']
    const shown = await readAll(
      'named',
      KINDS[0],
      names.map((name) => ({ name, path: null })),
    )
    // The API server never sends stringData.
    expect(unmasked(shown)).toEqual(['string_data'])
    expect(new Set(shown.get('string_data'))).toEqual(new Set(['∅']))
  })

  it('along every path', async () => {
    const columns = PATHS.map((path, n) => ({ name: `c${n}`, path }))
    const shown = await readAll('paths', KINDS[0], columns)
    expect(unmasked(shown).map((name) => PATHS[Number(name.slice(1))])).toEqual([
      'stringData',
      '{.stringData.password}',
    ])
  })

  it.each(KINDS.map((kind, n) => ({ kind, n })))('in a table of $kind', async ({ kind, n }) => {
    const shown = await readAll(`kind_${n}`, kind, [
      { name: 'attrs', path: null },
      { name: 'password', path: 'data.password' },
    ])
    expect(unmasked(shown)).toEqual([])
  })

  it('without the extension too', async () => {
    await createPlainServer('plain_secrets')
    await run(`CREATE FOREIGN TABLE secrets.plain (data jsonb, attrs jsonb, password text)
      SERVER plain_secrets OPTIONS (object 'secrets', namespace '${NAMESPACE}', columns '{"password": "data.password"}');`)
    const [row] = await rows('SELECT data, attrs, password FROM secrets.plain')
    silent(JSON.stringify(row))
    expect(row?.[2]).toBe('***')
  })

  it('in errors and warnings about values that do not fit', async () => {
    const paths = ['data.password', 'data.number', '{.data.*}', '{}', '{.metadata.annotations.*}']
    // Every product of the two is in test/contract.
    const cases = [
      ...TYPES.map((type, n) => ({ type, path: paths[n % paths.length] ?? '' })),
      ...paths.map((path) => ({ type: 'integer', path })),
    ]
    const statements = cases.flatMap(({ type, path }, n) =>
      ['error', 'null'].flatMap((onError) => {
        const name = `misfit_${n}_${onError}`
        const column = `v ${type} OPTIONS (alias ${quoted(path)})`
        return [table(name, column, `${KINDS[0]}, on_error '${onError}'`), `SELECT v FROM secrets.${name};`]
      }),
    )
    const { messages, rows: found } = await session(statements.join('\n'))
    silent(messages)
    silent(JSON.stringify(found))
    expect(messages.match(/^ERROR: .*k8s_fdw\[cell\]/gm)).toHaveLength(cases.length)
    expect(messages.match(/^WARNING: .*k8s_fdw: 1 value/gm)).toHaveLength(cases.length)
  })

  it('from conditions, which see no more than the mask', async () => {
    await run(
      table('masked', "name text, data jsonb, password text OPTIONS (alias 'data.password')", KINDS[0]),
    )
    await run(table('revealed', 'name text, data jsonb', `${KINDS[0]}, reveal_secrets 'true'`))
    const { messages, rows: found } = await session(`SET client_min_messages = info;
      SELECT count(*) FROM secrets.masked AS m JOIN secrets.revealed AS r USING (name) WHERE r.data->>'password' IN (m.password, m.data->>'password');
      SELECT count(*) FROM secrets.masked WHERE data @> '{"password": "***"}' AND password = '***';`)
    expect(found).toEqual([['0'], ['1']])
    silent(messages)
  })
})

describe("reveal_secrets 'true'", () => {
  it('shows what the API server sends', async () => {
    const { data } = await get(`/api/v1/namespaces/${NAMESPACE}/secrets/${NAME}`)
    // Digests, or the values would be in what the suite prints.
    const digest = (value: string): string => createHash('md5').update(value).digest('hex')
    const wanted = Object.entries(data ?? {}).map(([key, value]) => [key, digest(value)])
    const found = await rows(`SELECT key, md5(value) FROM secrets.revealed
      CROSS JOIN jsonb_each_text(data) WHERE name = '${NAME}' ORDER BY key COLLATE "C"`)
    expect(found.length).toBe(3)
    expect(found).toEqual(wanted.sort())
  })
})

describe('the token', () => {
  it('with a line break at its end works all the same', async () => {
    await createServer('line_break', { api_key: `${provided().token}\n` })
    await run(`CREATE FOREIGN TABLE secrets.line_break (name text)
      SERVER line_break OPTIONS (apiVersion 'v1', kind 'Node')`)
    expect(await rows('SELECT name FROM secrets.line_break')).toEqual([['zoo-node']])
  })

  it('with a line break works the plain way too', async () => {
    await createPlainServer('plain_line_break', { api_key: `  ${provided().token}\r\n` })
    await run(`CREATE FOREIGN TABLE secrets.plain_line_break (name text)
      SERVER plain_line_break OPTIONS (object 'nodes')`)
    expect(await rows('SELECT name FROM secrets.plain_line_break')).toEqual([['zoo-node']])
  })

  it('in a statement that fails is not shown again', async () => {
    const { apiServer, token } = provided()
    const answer = await session(`CREATE SERVER leaky FOREIGN DATA WRAPPER k8s_fdw
      OPTIONS (api_url '${apiServer}', api_key '${token}', nonsense 'x');
      CREATE SERVER leaky FOREIGN DATA WRAPPER k8s_fdw
      OPTIONS (api_url '${apiServer}', api_key '${token} and more');`)
    expect(answer.failed).toBe(true)
    silent(answer.messages)
  })

  it('is in no message at any level, nor in a plan', async () => {
    const answer = await session(`SET client_min_messages = debug5;
      SELECT name, data FROM secrets.masked;
      SELECT count(*) FROM secrets.revealed;
      EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM secrets.masked WHERE data @> '{"a": "b"}';`)
    expect(answer.failed).toBe(false)
    expect(answer.messages).toContain('DEBUG:')
    silent(answer.messages)
    silent(JSON.stringify(answer.rows))
  })
})

describe('what the suite searches its output for when it ends', () => {
  it('would be found, were it there', () => {
    const { token, trustedCa, readerToken } = provided()
    expect(leaks(needles, `… ${token} …`)).toContain('the token')
    expect(leaks(needles, token.slice(0, Math.ceil(token.length / 2)))).toContain('the token')
    expect(leaks(needles, PASSWORD)).toEqual([
      `Secret ${NAMESPACE}/${NAME}, dotted.key`,
      `Secret ${NAMESPACE}/${NAME}, password`,
    ])
    expect(leaks(needles, JSON.stringify({ password: encoded }))).toContain(
      `Secret ${NAMESPACE}/${NAME}, password, in base64`,
    )
    expect(leaks(needles, 'nothing secret')).toEqual([])
    const sources = needles.map(({ from }) => from)
    expect(sources).toContain("the kubeconfig's token")
    if (trustedCa !== undefined && readerToken !== undefined) {
      expect(sources).toContain("the reader's token")
      expect(sources).toContain('ca.key')
      expect(sources).toContain('tokens.csv')
    }
  })
})
