// What the extension's own library does with a statement that writes, beyond what Wrappers can, and what it refuses.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kubectl } from '../support/kubectl.ts'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, run } from '../support/sql.ts'

const NAMESPACE = 'writes-library'

const read = (name: string, path: string): string =>
  kubectl(['get', 'configmap', name, '-n', NAMESPACE, '-o', `jsonpath=${path}`])

describeUnless(needsOwnHost, 'the library', () => {
  beforeAll(async () => {
    await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
    await createServer('writes_library', { writes: 'on' })
    await run(`
      CREATE SCHEMA writes_library;
      SET search_path = writes_library;
      CREATE FOREIGN TABLE config_maps (name varchar(63), gone text, labels jsonb, finalizers text[], object_key text, data jsonb)
        SERVER writes_library OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
      ALTER FOREIGN TABLE config_maps DROP COLUMN gone;
      CREATE FOREIGN TABLE no_key (name text, data jsonb)
        SERVER writes_library OPTIONS (object 'configmaps', namespace '${NAMESPACE}');
      CREATE TABLE parts (cluster text, name text, data jsonb) PARTITION BY LIST (cluster);
      CREATE FOREIGN TABLE east PARTITION OF parts FOR VALUES IN ('east')
        SERVER writes_library OPTIONS (object 'configmaps', namespace '${NAMESPACE}', columns '{"cluster": "{''east''}"}');`)
  })

  afterAll(async () => {
    kubectl(['delete', 'configmaps', '--all', '-n', NAMESPACE, '--wait=false'])
    await remove(`/api/v1/namespaces/${NAMESPACE}`)
  })

  it('needs no rowid_column, and writes columns of any type, a dropped one before them', async () => {
    await run(`SET search_path = writes_library;
      INSERT INTO config_maps (name, labels, finalizers, data) VALUES ('a', '{"l": "1"}', '{example.com/a}', '{"k": "v"}');`)
    expect(read('a', '{.metadata.labels} {.metadata.finalizers} {.data}')).toBe(
      '{"l":"1"} ["example.com/a"] {"k":"v"}',
    )
    await run(`SET search_path = writes_library;
      UPDATE config_maps SET finalizers = '{}', data = data || '{"m": "w"}' WHERE name = 'a';`)
    expect(read('a', '{.metadata.finalizers}{.data}')).toBe('{"k":"v","m":"w"}')
  })

  it('takes COPY', async () => {
    await run(`SET search_path = writes_library;
      COPY config_maps (name, data) FROM stdin;
copied-1\t{"k": "1"}
copied-2\t{"k": "2"}
\\.
`)
    expect([read('copied-1', '{.data.k}'), read('copied-2', '{.data.k}')]).toEqual(['1', '2'])
  })

  it.each([
    [
      `INSERT INTO config_maps (name) VALUES ('r') ON CONFLICT DO NOTHING`,
      'k8s_fdw[write] a foreign table of k8s_fdw has no ON CONFLICT',
    ],
    [
      `DELETE FROM no_key`,
      'k8s_fdw[write] the table has no column object_key, which says which object a row is',
    ],
  ])('refuses %s', async (sql, want) => {
    expect(await failure(`SET search_path = writes_library; ${sql};`)).toContain(want)
  })

  it('EXPLAIN sends nothing', async () => {
    await run(`SET search_path = writes_library; EXPLAIN DELETE FROM config_maps;`)
    expect(read('a', '{.data.k}')).toBe('v')
  })

  it('takes a row for a partition', async () => {
    await run(
      `SET search_path = writes_library; INSERT INTO parts (cluster, name, data) VALUES ('east', 'p', '{"k": "p"}');`,
    )
    expect(read('p', '{.data.k}')).toBe('p')
  })
})
