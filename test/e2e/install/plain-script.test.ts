// The plain script where nothing can be installed: a role like Supabase's postgres, the component over HTTP with its
// checksum, and real rows.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { COMPONENT, inRoot } from '../../../tools/paths.ts'
import { fillIn, readPage, section, sqlBlocks } from '../../support/markdown.ts'
import { runIn, type Outcome } from '../support/docs.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { plainScript } from '../support/install.ts'
import { kubeconfigOf } from '../support/kubeconfigs.ts'
import { kubectl } from '../support/kubectl.ts'
import { create, remove } from '../support/objects.ts'
import { list } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { quoted, run } from '../support/sql.ts'
import { describeUnless, needsOwnServers, needsSupabase } from '../support/left-out.ts'

const DATABASE = 'k8s_fdw_hosted'
const NAMESPACE = 'plain-script'
const MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const { packageVersion } = provided()
const component = readFileSync(COMPONENT)
let web: FaultServer

const asHosted = (sql: string): Promise<Outcome> =>
  runIn(DATABASE, `SET SESSION AUTHORIZATION k8s_fdw_hosted;\n${sql}`)
const rowsOf = ({ statements }: Outcome): string[][] =>
  (statements.at(-1)?.output ?? '')
    .split('\n')
    .slice(2)
    .filter((line) => !/^\(\d+ rows?\)$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))

const drop = (): Promise<string> =>
  run(`SET client_min_messages = error; DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);
    DROP ROLE IF EXISTS k8s_fdw_hosted;`)

describeUnless(needsOwnServers ?? needsSupabase, 'the plain script, without rights and files', () => {
  beforeAll(async () => {
    web = await startFaults({ 'k8s_fdw.wasm': { type: 'application/wasm', body: component } })
    await drop()
    await run(`CREATE DATABASE ${DATABASE};`)
    const support = ['vault', 'hosted'].map((name) =>
      readFileSync(inRoot('sql/test/support', `${name}.sql`), 'utf8'),
    )
    await runIn(
      DATABASE,
      `${support.join('\n')} SELECT hosted();
      CREATE FOREIGN DATA WRAPPER wasm_wrapper
        HANDLER extensions.wasm_fdw_handler VALIDATOR extensions.wasm_fdw_validator;
      GRANT USAGE ON FOREIGN DATA WRAPPER wasm_wrapper TO k8s_fdw_hosted;`,
    )
  })

  afterAll(async () => {
    await web.close()
    kubectl(['delete', 'configmaps', '--all', '-n', NAMESPACE])
    await remove(`/api/v1/namespaces/${NAMESPACE}`)
    await drop()
  })

  it('runs to its end, and says what falls away', async () => {
    const { messages } = await asHosted(plainScript())
    expect(messages).toContain('there is no wrapper k8s_fdw')
    expect(messages).toContain('there are no event triggers')
    expect(messages).not.toContain('ERROR')
  })

  it('completes the server and table of docs/extension.md by a call, and the rows come', async () => {
    const [block] = sqlBlocks(section(readPage('docs/extension.md'), 'Without any right'))
    const values = new Map([
      ['https://…/k8s_fdw.wasm', `${web.url}/k8s_fdw.wasm`],
      ['<sha256sum of k8s_fdw.wasm>', createHash('sha256').update(component).digest('hex')],
      ["'<the text of a kubeconfig>'", quoted(kubeconfigOf())],
    ])
    expect(block?.sql).toContain(`fdw_package_version '${packageVersion}'`)
    const made = await asHosted(fillIn(block?.sql ?? '', values))
    expect(made.statements.at(-1)?.output.replaceAll(/ +$/gm, '')).toBe(block?.printed)
    const pods = await list('/api/v1/namespaces/kube-system/pods')
    const got = await asHosted('SELECT name, image FROM pods ORDER BY name;')
    expect(got.messages).toBe('')
    expect(rowsOf(got).map(([name]) => name)).toEqual(pods.map(({ metadata }) => metadata.name).sort())
    expect(rowsOf(got)[0]?.[1]).toBe('k8s.gcr.io/coredns:1.2.6')
  })

  it('has check(), partition_by_cluster() and quantity()', async () => {
    const checked = await asHosted(
      `SELECT "check", ok FROM k8s_fdw.check('kind') WHERE "check" !~ 'may list';`,
    )
    expect(rowsOf(checked).map(([, ok]) => ok)).toEqual(['t', 't', 't', 't', 't', 't'])
    const counted = await asHosted(`SELECT k8s_fdw.partition_by_cluster('pods', ARRAY['kind']);
      SELECT cluster, count(*), k8s_fdw.quantity('250m') FROM pods_by_cluster GROUP BY cluster;`)
    expect(rowsOf(counted)).toEqual([['kind', '7', '0.25']])
  })

  it('runs controls', async () => {
    const checked = await asHosted(`CREATE SCHEMA controls;
      IMPORT FOREIGN SCHEMA "v1" LIMIT TO (pods) FROM SERVER kind INTO controls;
      SELECT status, count(DISTINCT control) FROM k8s_fdw.controls('controls', '{pss-baseline-%}', 'kube-system') GROUP BY status ORDER BY 1;`)
    expect(rowsOf(checked)).toEqual([
      ['alarm', '4'],
      ['ok', '12'],
      ['skip', '12'],
    ])
  })

  it('has relations and the tree of an object', async () => {
    const made = await asHosted(`SET client_min_messages = warning; CREATE SCHEMA related;
      IMPORT FOREIGN SCHEMA "apps/v1" LIMIT TO (deployments, replicasets) FROM SERVER kind INTO related;
      IMPORT FOREIGN SCHEMA "v1" LIMIT TO (pods, events) FROM SERVER kind INTO related;
      SELECT count(*) > 0 FROM k8s_fdw.relations('related');`)
    expect(made.messages).not.toContain('ERROR')
    expect(rowsOf(made)).toEqual([['t']])
    const tree = await asHosted(`SELECT * FROM k8s_fdw.tree('deployment/coredns', 'kube-system');`)
    expect(rowsOf(tree)).toHaveLength(4)
    expect(tree.statements.at(-1)?.output).toContain('Pod/coredns-6f685fffbf-7xrtp')
  })

  it('keeps a table under a policy, in a publication', async () => {
    await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
    await create(MAPS, { metadata: { name: 'kept' }, data: { a: '1' } })
    const made =
      await asHosted(`CREATE FOREIGN TABLE maps (name text, namespace text, data jsonb, object_key text)
        SERVER kind OPTIONS (object 'configmaps', namespace '${NAMESPACE}', writes 'on', rowid_column 'object_key');
      CREATE SCHEMA kept;
      SELECT k8s_fdw.keep('maps', 'kept.maps', history => true);
      ALTER TABLE kept.maps ENABLE ROW LEVEL SECURITY;
      CREATE POLICY readable ON kept.maps FOR SELECT USING (true);
      CREATE PUBLICATION kept_maps FOR TABLE kept.maps;`)
    expect(made.messages).not.toContain('ERROR')
    await create(MAPS, { metadata: { name: 'later' }, data: { a: '2' } })
    const refreshed = await asHosted(`SELECT added, changed, deleted FROM k8s_fdw.refresh('kept.maps');`)
    expect(rowsOf(refreshed)).toEqual([['1', '0', '0']])
    const found = await asHosted(`SELECT name, change FROM kept.maps_history ORDER BY name;`)
    expect(rowsOf(found)).toEqual([
      ['kept', 'FOUND'],
      ['later', 'ADDED'],
    ])
    const kept = await asHosted(`SELECT relation, rows, error FROM k8s_fdw.kept;`)
    expect(rowsOf(kept)).toEqual([['kept.maps', '2', '']])
  })

  it('changes the cluster through a writable view, at COMMIT', async () => {
    const made = await asHosted(`SELECT k8s_fdw.writable('maps');
      BEGIN;
      UPDATE maps_writable SET data = '{"a": "never"}' WHERE name = 'kept';
      ROLLBACK;
      UPDATE maps_writable SET data = '{"a": "3"}' WHERE name = 'later' RETURNING name, data;`)
    expect(made.messages).not.toContain('ERROR')
    expect(rowsOf(made)[0]).toEqual(['later', '{"a": "3"}'])
    const data = (await list(MAPS)).map((object) => [object.metadata.name, object['data']])
    expect(data).toEqual([
      ['kept', { a: '1' }],
      ['later', { a: '3' }],
    ])
  })
})
