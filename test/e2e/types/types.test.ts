// Every column type that the host carries, on real objects. The API server's own JSON is the oracle.
import { beforeAll, describe, expect, it } from 'vitest'
import { get, getText } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const SPECIMEN = '/apis/zoo.example.com/v1/namespaces/default/specimens/numbers'

/** A column of the table specimens: its type, its path, and the text that psql prints. */
const COLUMNS = [
  { name: 'a_bool', type: 'bool', path: 'spec.flag', want: 't' },
  { name: 'a_char', type: '"char"', path: 'spec.small', want: '*' },
  { name: 'a_smallint', type: 'smallint', path: 'spec.small', want: '42' },
  { name: 'an_integer', type: 'integer', path: 'spec.small', want: '42' },
  { name: 'a_bigint', type: 'bigint', path: 'spec.big', want: '9007199254740993' },
  { name: 'the_smallest', type: 'bigint', path: 'spec.smallest', want: '-9223372036854775808' },
  { name: 'digits_text', type: 'text', path: 'spec.big', want: '9007199254740993' },
  { name: 'digits_jsonb', type: 'jsonb', path: 'spec.big', want: '9007199254740993' },
  { name: 'a_string_of_digits', type: 'integer', path: 'spec.port', want: '8080' },
  { name: 'a_real', type: 'real', path: 'spec.ratio', want: '0.1' },
  { name: 'a_double', type: 'double precision', path: 'spec.ratio', want: '0.1' },
  { name: 'a_tiny_double', type: 'double precision', path: 'spec.tiny', want: '1e-06' },
  { name: 'a_numeric', type: 'numeric', path: 'spec.ratio', want: '0.1' },
  { name: 'a_date', type: 'date', path: 'spec.when', want: '2024-02-29' },
  { name: 'a_timestamp', type: 'timestamp', path: 'spec.when', want: '2024-02-29 23:59:59.123456' },
  { name: 'a_timestamptz', type: 'timestamptz', path: 'spec.when', want: '2024-02-29 23:59:59.123456+00' },
  { name: 'an_empty_text', type: 'text', path: 'spec.empty', want: '' },
  { name: 'a_null', type: 'text', path: 'spec.nothing', want: '∅' },
  { name: 'a_missing_int', type: 'integer', path: 'spec.absent', want: '∅' },
  { name: 'a_missing_jsonb', type: 'jsonb', path: 'spec.absent.deeper', want: '∅' },
  {
    name: 'nested',
    type: 'bigint',
    path: 'spec.anything.deep[0].id',
    want: '9223372036854775807',
  },
  { name: 'a_dotted_key', type: 'text', path: "{.spec.anything['a.dotted/key']}", want: 'yes it is' },
] as const

beforeAll(async () => {
  await createServer('types')
  const columns = COLUMNS.map(
    ({ name, type, path }) => `${name} ${type} OPTIONS (alias '${path.replaceAll("'", "''")}')`,
  )
  await run(`
    CREATE SCHEMA types;
    CREATE FOREIGN TABLE types.specimens (name text, uid uuid, spec jsonb, attrs jsonb, ${columns.join(', ')})
      SERVER types OPTIONS (apiVersion 'zoo.example.com/v1', kind 'Specimen');
    CREATE FOREIGN TABLE types.config_maps (name text, data jsonb, annotations jsonb)
      SERVER types OPTIONS (apiVersion 'v1', kind 'ConfigMap', namespace 'default', field_selector 'metadata.name=curiosities');
    CREATE FOREIGN TABLE types.pods (
      name text,
      cpu numeric OPTIONS (alias 'spec.containers[0].resources.requests.cpu'),
      cpu_limit double precision OPTIONS (alias 'spec.containers[0].resources.limits.cpu'),
      memory numeric OPTIONS (alias 'spec.containers[0].resources.requests.memory'),
      storage numeric OPTIONS (alias 'spec.containers[0].resources.requests.ephemeral-storage'),
      most numeric OPTIONS (alias 'spec.containers[0].resources.limits.ephemeral-storage')
    ) SERVER types OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'default', label_selector 'app=menagerie');
    CREATE FOREIGN TABLE types.misfits (name text, port integer OPTIONS (alias 'spec.empty'))
      SERVER types OPTIONS (apiVersion 'zoo.example.com/v1', kind 'Specimen');
    CREATE FOREIGN TABLE types.forgiven (name text, port integer OPTIONS (alias 'spec.empty'))
      SERVER types OPTIONS (apiVersion 'zoo.example.com/v1', kind 'Specimen', on_error 'null');
  `)
})

describe('types', () => {
  it.each(COLUMNS)('$type from $path ($name)', async ({ name, want }) => {
    expect(await rows(`SET timezone = 'UTC'; SELECT ${name} FROM types.specimens`)).toEqual([[want]])
  })

  it.each(['America/New_York', 'Pacific/Honolulu', 'Asia/Kolkata', 'Pacific/Auckland'])(
    'gives the same day and the same time without zone in %s',
    async (zone) => {
      const query = `SET timezone = '${zone}'; SELECT a_date, a_timestamp, a_timestamptz = '2024-02-29T23:59:59.123456Z' FROM types.specimens`
      expect(await rows(query)).toEqual([['2024-02-29', '2024-02-29 23:59:59.123456', 't']])
    },
  )

  it('all of them in one row', async () => {
    const names = COLUMNS.map(({ name }) => name).join(', ')
    expect(await rows(`SET timezone = 'UTC'; SELECT ${names} FROM types.specimens`)).toEqual([
      COLUMNS.map(({ want }) => want),
    ])
  })

  it('uuid', async () => {
    const { metadata } = await get(SPECIMEN)
    expect(await rows('SELECT uid FROM types.specimens')).toEqual([[metadata.uid]])
  })

  it('a whole object as jsonb is what the API server sent, digit for digit', async () => {
    const sent = (await getText(SPECIMEN)).trim()
    const quotedSent = `$json$${sent}$json$::jsonb`
    expect(
      await rows(`SELECT attrs = ${quotedSent}, spec = ${quotedSent}->'spec' FROM types.specimens`),
    ).toEqual([['t', 't']])
  })

  it('Unicode, quotes and line breaks survive', async () => {
    const { data, metadata } = await get('/api/v1/namespaces/default/configmaps/curiosities')
    const got = await rows('SELECT data, annotations FROM types.config_maps')
    expect(got.map((row) => row.map((text) => JSON.parse(text) as unknown))).toEqual([
      [data, metadata.annotations],
    ])
  })

  it('quantities as plain numbers', async () => {
    expect(await rows('SELECT cpu, cpu_limit, memory, storage, most FROM types.pods')).toEqual([
      ['0.1', '1.5', '134217728', '1000', '12000000000000000000'],
    ])
  })

  it('a value that does not fit is an error that names object, column, value and type', async () => {
    expect(await failure('SELECT * FROM types.misfits')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[cell] Specimen default/numbers: column "port": "" is not an integer, so it does not fit type integer. Hint: declare the column text or jsonb, or give the table the option on_error 'null'"`,
    )
  })

  it("or NULL with a warning, under on_error 'null'", async () => {
    const answer = await session('SELECT name, port FROM types.forgiven;')
    expect(answer.rows).toEqual([['numbers', '∅']])
    expect(answer.messages).toMatchInlineSnapshot(`
      "WARNING:  k8s_fdw: 1 value does not fit its column and is NULL: Specimen default/numbers: column "port": "" is not an integer, so it does not fit type integer; declare the column text or jsonb
      DETAIL:  Wrappers
      "
    `)
  })
})
