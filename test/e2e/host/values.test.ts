// Values that Wrappers cannot carry, and that our own host gives as Postgres has them.
import { beforeAll, expect, it } from 'vitest'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run } from '../support/sql.ts'

const ETCD = "WHERE name = 'etcd-master'"

/** A table of the control plane's pods with these columns besides `name`. */
const table = (columns: string, name = 'pods'): Promise<string> =>
  run(`DROP FOREIGN TABLE IF EXISTS typed.${name};
    CREATE FOREIGN TABLE typed.${name} (name text, ${columns})
      SERVER typed OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`)

describeUnless(needsOwnHost, 'values', () => {
  beforeAll(async () => {
    await createServer('typed')
    await run(`DROP SCHEMA IF EXISTS typed CASCADE; CREATE SCHEMA typed;
      CREATE DOMAIN typed.master AS text CHECK (value LIKE '%master');
      CREATE TYPE typed.phase AS ENUM ('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown');`)
  })

  it.each([
    ['varchar(20)', 'metadata.namespace', 'kube-system'],
    ['character(14)', 'metadata.namespace', 'kube-system   '],
    ['name', 'metadata.namespace', 'kube-system'],
    ['json', 'metadata.labels.tier', '"control-plane"'],
    ['text[]', 'spec.containers[*].name', '{etcd}'],
    ['jsonb[]', 'spec.containers[*].name', '{"\\"etcd\\""}'],
    ['typed.phase', 'status.phase', 'Running'],
    ['typed.master', 'metadata.name', 'etcd-master'],
  ])('of type %s', async (type, alias, want) => {
    await table(`v ${type} OPTIONS (alias '${alias}')`)
    expect(await rows(`SELECT v FROM typed.pods ${ETCD}`)).toEqual([[want]])
  })

  it('that a type refuses are errors with the column and a way out', async () => {
    await table(`v varchar(3) OPTIONS (alias 'metadata.namespace')`)
    expect(await failure('SELECT v FROM typed.pods')).toBe(
      'ERROR:  guest fdw error: k8s_fdw[cell] column "v": value too long for type character varying(3). ' +
        "Hint: Declare the column text, or with a type that takes each value. on_error 'null' does not reach this type.",
    )
    await table(`v name OPTIONS (alias 'spec')`)
    expect(await failure('SELECT v FROM typed.pods')).toMatch(
      /column "v": value too long for type name: \d+ bytes, and it takes 63/,
    )
    await table(`v typed.master OPTIONS (alias 'metadata.namespace')`)
    expect(await failure('SELECT v FROM typed.pods')).toContain(
      'column "v": value for domain typed.master violates check constraint',
    )
  })

  it('of numeric have all their digits', async () => {
    await run(`DROP FOREIGN TABLE IF EXISTS typed.nodes;
      CREATE FOREIGN TABLE typed.nodes (name text, v numeric OPTIONS (alias 'status.capacity.memory'))
        SERVER typed OPTIONS (object 'nodes');`)
    const [[sum, exact] = []] = await rows(
      `SELECT sum(v), sum(k8s_fdw.quantity(t)) FROM typed.nodes,
         LATERAL (SELECT v::text AS t) AS text`,
    )
    expect(sum).toBe(exact)
  })

  it('of whole rows are rows', async () => {
    await table(`namespace text, phase typed.phase OPTIONS (alias 'status.phase')`)
    expect(await rows(`SELECT p FROM typed.pods AS p ${ETCD}`)).toEqual([
      ['(etcd-master,kube-system,Running)'],
    ])
    expect(await rows(`SELECT to_jsonb(p)->>'phase' FROM typed.pods AS p ${ETCD}`)).toEqual([['Running']])
    expect(await rows(`SELECT count(p), count(DISTINCT p) FROM typed.pods AS p`)).toEqual([['7', '7']])
  })

  it('of dates are the same in each time zone', async () => {
    await table(
      `day date OPTIONS (alias 'metadata.creationTimestamp'), at timestamptz OPTIONS (alias 'metadata.creationTimestamp')`,
    )
    const [far = [], near = []] = await Promise.all(
      ['Pacific/Kiritimati', 'Pacific/Pago_Pago'].map(async (zone) =>
        (
          await rows(
            `SET timezone = '${zone}'; SELECT day = (at AT TIME ZONE 'UTC')::date FROM typed.pods ${ETCD}`,
          )
        ).flat(),
      ),
    )
    expect([far, near]).toEqual([['t'], ['t']])
  })

  it('are found where a column was dropped, and computed where one is generated', async () => {
    await table(
      `gone int OPTIONS (alias 'spec.priority'), namespace text, full_name text GENERATED ALWAYS AS (namespace || '/' || name) STORED`,
    )
    await run('ALTER FOREIGN TABLE typed.pods DROP COLUMN gone')
    expect(await rows(`SELECT full_name FROM typed.pods ${ETCD}`)).toEqual([['kube-system/etcd-master']])
    expect(await rows(`SELECT * FROM typed.pods ${ETCD}`)).toEqual([
      ['etcd-master', 'kube-system', 'kube-system/etcd-master'],
    ])
    expect(await rows(`SELECT name FROM typed.pods WHERE full_name = 'kube-system/etcd-master'`)).toEqual([
      ['etcd-master'],
    ])
  })
})
