// k8s_fdw.controls() itself: how many requests it makes, what it says of what it cannot check, and who may call it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clear } from '../support/clearing.ts'
import { itUnless, needsOwnHost, needsReader } from '../support/left-out.ts'
import { create } from '../support/objects.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'controls'
const WORKLOADS = ['deployments', 'daemonsets', 'statefulsets', 'replicasets']
const BATCH = ['jobs', 'cronjobs']
const WITHOUT_PODS = [...WORKLOADS, ...BATCH, 'replicationcontrollers']
const ALL = ['pods', ...WITHOUT_PODS]
const call = (schema: string, ids = '{pss-%}', more = ''): string =>
  `k8s_fdw.controls('${schema}', '${ids}'${more})`
const spec = (name: string, privileged: boolean): object => ({
  containers: [{ name, image: 'example.com/app:1', securityContext: { privileged } }],
})
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await create(PODS, { metadata: { name: 'bad' }, spec: spec('app', true) })
  await create(PODS, { metadata: { name: 'good' }, spec: spec('app', false) })
  await createServer('controls', { session_settings: 'on' })
  await run(`SET client_min_messages = error; CREATE SCHEMA controls; CREATE SCHEMA few_controls;
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (${ALL.join(', ')}) FROM SERVER controls INTO controls;
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods, deployments) FROM SERVER controls INTO few_controls;`)
})

afterAll(() => clear([NAMESPACE], ['pods']))

const PRIVILEGED = '{pss-baseline-privileged}'
const inNamespace = `, in_namespace => '${NAMESPACE}'`

describe('controls()', () => {
  it('gives a row for each object, with what is wrong where, and what to do', async () => {
    expect(
      await rows(
        `SELECT control, title, severity, source, kind, namespace, name, status, reason, remedy FROM ${call('few_controls', PRIVILEGED, inNamespace)} WHERE status <> 'skip'`,
      ),
    ).toEqual(
      [
        [
          'bad',
          'alarm',
          'spec.containers[app].securityContext.privileged is true',
          'Remove securityContext.privileged, and add the single capability that is needed.',
        ],
        ['good', 'ok', '∅', '∅'],
      ].map((row) => [
        'pss-baseline-privileged',
        'No container is privileged',
        'critical',
        'Pod Security Standards, Baseline: Privileged Containers',
        'Pod',
        NAMESPACE,
        ...row,
      ]),
    )
  })

  it('lists each kind once, however many controls there are', async () => {
    const { messages } = await session(`SET k8s_fdw.trace = on; SELECT count(*) FROM ${call('controls')};`)
    expect(messages).not.toContain('ERROR')
    const lists = [...messages.matchAll(/^INFO: {2}k8s_fdw: GET ([^?: ]+)/gm)].map(([, path = '']) => path)
    expect(lists.sort()).toEqual(
      [
        '/api/v1/pods',
        '/api/v1/replicationcontrollers',
        ...WORKLOADS.map((kind) => `/apis/apps/v1/${kind}`),
        ...BATCH.map((kind) => `/apis/batch/v1/${kind}`),
      ].sort(),
    )
  })

  it('asks for one namespace alone', async () => {
    const { messages } = await session(
      `SET k8s_fdw.trace = on; SELECT count(*) FROM ${call('few_controls', PRIVILEGED, inNamespace)};`,
    )
    expect(
      [...messages.matchAll(/^INFO: {2}k8s_fdw: GET ([^?: ]+)/gm)].map(([, path]) => path).sort(),
    ).toEqual([`/api/v1/namespaces/${NAMESPACE}/pods`, `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`])
  })

  it('sums up by namespace', async () => {
    expect(
      await rows(
        `SELECT * FROM k8s_fdw.controls_summary('few_controls', '{pss-baseline-privileged,pss-restricted-run-as-non-root}', '${NAMESPACE}')`,
      ),
    ).toEqual([
      [NAMESPACE, '2', '2', '1', '0', '2', '0', '1', '0'],
      ['∅', '0', '0', '0', '0', '0', '0', '0', '2'],
    ])
  })
})

const skips = (schema: string, ids = PRIVILEGED, more = inNamespace): Promise<string[][]> =>
  rows(
    `SELECT status, kind, name, reason, remedy FROM ${call(schema, ids, more)} WHERE status NOT IN ('ok', 'alarm')`,
  )

describe('what it cannot check', () => {
  it('is a row that says which kinds have no table, and makes them', async () => {
    expect(await skips('few_controls')).toEqual([
      [
        'skip',
        '∅',
        '∅',
        'not looked at: schema few_controls has no table of ReplicationController, apps/DaemonSet, apps/ReplicaSet, apps/StatefulSet, batch/CronJob, batch/Job',
        'IMPORT FOREIGN SCHEMA "apps/v1" LIMIT TO (daemonsets, replicasets, statefulsets) FROM SERVER controls INTO few_controls; ' +
          'IMPORT FOREIGN SCHEMA "batch/v1" LIMIT TO (cronjobs, jobs) FROM SERVER controls INTO few_controls; ' +
          'IMPORT FOREIGN SCHEMA "v1" LIMIT TO (replicationcontrollers) FROM SERVER controls INTO few_controls;',
      ],
    ])
    const [[, , , , remedy = ''] = []] = await skips('few_controls')
    await run(`CREATE SCHEMA more_controls; ${remedy.replaceAll('INTO few_controls', 'INTO more_controls')}`)
    expect(await skips('more_controls')).toEqual([
      [
        'skip',
        '∅',
        '∅',
        'not looked at: schema more_controls has no table of Pod, apps/Deployment',
        'IMPORT FOREIGN SCHEMA "apps/v1" LIMIT TO (deployments) FROM SERVER controls INTO more_controls; ' +
          'IMPORT FOREIGN SCHEMA "v1" LIMIT TO (pods) FROM SERVER controls INTO more_controls;',
      ],
    ])
  })

  it('is no ok if no kind has a table', async () => {
    await run(`CREATE SCHEMA no_controls;
      IMPORT FOREIGN SCHEMA "v1" LIMIT TO (nodes) FROM SERVER controls INTO no_controls;`)
    const found = await rows(`SELECT status, reason FROM ${call('no_controls')}`)
    expect(found.length).toBe(18)
    for (const [status, reason] of found) {
      expect(status).toBe('skip')
      expect(reason).toMatch(/^schema no_controls has no table of Pod, /)
    }
  })

  it('is said of a table without a column that is needed', async () => {
    await run(`CREATE SCHEMA narrow_controls;
      IMPORT FOREIGN SCHEMA "*" LIMIT TO (deployments) FROM SERVER controls INTO narrow_controls;
      CREATE FOREIGN TABLE narrow_controls.pods (name text, namespace text, uid text, labels jsonb, annotations jsonb, owner_references jsonb, status jsonb)
        SERVER controls OPTIONS (apiVersion 'v1', kind 'Pod');`)
    const [[, , , reason = '', remedy = ''] = []] = await skips('narrow_controls')
    expect(reason).toMatch(/^not looked at: narrow_controls\.pods has no column that shows spec; schema /)
    expect(remedy).toMatch(/^Give the table the column attrs\. IMPORT /)
  })

  it('is said of a table that the role may not read', async () => {
    const { rows: found } = await session(`DROP ROLE IF EXISTS controls_narrow; CREATE ROLE controls_narrow;
      GRANT USAGE ON SCHEMA few_controls TO controls_narrow; GRANT SELECT ON few_controls.pods TO controls_narrow; SET ROLE controls_narrow;
      SELECT status, reason, remedy FROM ${call('few_controls', PRIVILEGED, inNamespace)} ORDER BY status;
      RESET ROLE; DROP OWNED BY controls_narrow; DROP ROLE controls_narrow;`)
    const [, reason, remedy] = found.find(([status]) => status === 'skip') ?? []
    expect(reason).toContain(
      'apps/Deployment: role controls_narrow may not read few_controls.deployments; schema ',
    )
    expect(remedy).toContain('GRANT SELECT ON few_controls.deployments TO controls_narrow; IMPORT ')
    expect(found.map(([status]) => status)).toEqual(['alarm', 'ok', 'skip'])
  })

  it('is said of a schema that the role may not use', async () => {
    const { rows: found } =
      await session(`DROP ROLE IF EXISTS controls_none; CREATE ROLE controls_none; SET ROLE controls_none;
      SELECT status, remedy FROM ${call('few_controls', PRIVILEGED)}; RESET ROLE; DROP ROLE controls_none;`)
    expect(found).toEqual([
      [
        'skip',
        expect.stringContaining(
          'GRANT USAGE ON SCHEMA few_controls TO controls_none; GRANT SELECT ON few_controls.pods TO controls_none;',
        ),
      ],
    ])
  })

  itUnless(needsReader, 'is said of a kind that the token may not list', async () => {
    await createServer('controls_reader', { api_key: provided().readerToken ?? '' })
    await run(`CREATE SCHEMA token_controls;
      IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods, deployments, jobs) FROM SERVER controls_reader INTO token_controls;`)
    const found = await rows(
      `SELECT status, reason, remedy FROM ${call('token_controls', PRIVILEGED, `, in_namespace => 'default'`)}`,
    )
    const [, reason = '', remedy] = found.find(([status]) => status === 'skip') ?? []
    expect(reason).toMatch(/^not looked at: apps\/Deployment: k8s_fdw\[status\] GET [^ ]+: 403 Forbidden: /)
    expect(reason.match(/403 Forbidden/g)).toHaveLength(2)
    expect(remedy).toContain('Mend that, and run the control again.')
    // If nothing may be read, there is nothing to show.
    expect(await failure(`SELECT * FROM ${call('token_controls')}`)).toContain('403 Forbidden')
  })

  it('is an error of its own if a control fails', async () => {
    const { rows: found, messages } = await session(`BEGIN;
      CREATE OR REPLACE FUNCTION k8s_fdw.control_list()
        RETURNS TABLE (id text, title text, severity text, source text, remedy text, reads text[], query text) LANGUAGE sql AS $$
        VALUES ('wrong', 't', 'low', 's', 'r', '{pods}'::text[], 'SELECT p.kind, p.namespace, p.name, (1 / (length(p.name) - 3))::text AS alarm FROM pods AS p'),
               ('right', 't', 'low', 's', 'r', '{pods}', 'SELECT p.kind, p.namespace, p.name, NULL::text AS alarm FROM pods AS p') $$;
      SELECT control, status, name, reason, remedy FROM k8s_fdw.controls('controls', in_namespace => '${NAMESPACE}');
      ROLLBACK;`)
    expect(messages).toBe('')
    expect(found).toEqual([
      ['wrong', 'error', '∅', 'division by zero', 'Nothing was checked. Report it, with this message.'],
      ['right', 'ok', 'bad', '∅', '∅'],
      ['right', 'ok', 'good', '∅', '∅'],
    ])
  })
})

describe('what it refuses', () => {
  beforeAll(async () => {
    await createServer('controls_two')
    await run(`CREATE SCHEMA empty_controls; CREATE SCHEMA two_controls;
      IMPORT FOREIGN SCHEMA "v1" LIMIT TO (pods) FROM SERVER controls INTO two_controls;
      IMPORT FOREIGN SCHEMA "apps/v1" LIMIT TO (deployments) FROM SERVER controls_two INTO two_controls;`)
  })

  it.each([
    ['a schema that is not there', `k8s_fdw.controls('nowhere')`, 'there is no schema nowhere'],
    [
      'a schema without tables',
      `k8s_fdw.controls('empty_controls')`,
      'schema empty_controls has no table of a kind\nHINT:  Import them: IMPORT FOREIGN SCHEMA "*" FROM SERVER … INTO empty_controls;',
    ],
    [
      'an id that is none',
      `k8s_fdw.controls('controls', '{pss-%,nsa_%x}')`,
      'no control has an id like "nsa_%x"\nHINT:  SELECT id, title FROM k8s_fdw.control_list(); lists them',
    ],
    [
      'a list of no ids',
      `k8s_fdw.controls('controls', '{}')`,
      'no control is chosen\nHINT:  Leave ids out for all of them, or take ids of k8s_fdw.control_list().',
    ],
    [
      'a list of ids that are NULL',
      `k8s_fdw.controls_summary('controls', '{NULL}')`,
      'no control is chosen\nHINT:  Leave ids out',
    ],
    [
      'several clusters',
      `k8s_fdw.controls('two_controls')`,
      'schema two_controls has tables of several clusters: servers controls, controls_two',
    ],
  ])('%s', async (_, asked, problem) => {
    expect(await failure(`SELECT * FROM ${asked}`)).toContain(problem)
  })
})

it('takes a schema of any name, and of two tables of a kind the one of all namespaces', async () => {
  const schema = `"Control's ""S"`
  await run(`SET client_min_messages = error; CREATE SCHEMA ${schema};
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods, deployments) FROM SERVER controls INTO ${schema};
    ALTER FOREIGN TABLE ${schema}.pods RENAME TO a; ALTER FOREIGN TABLE ${schema}.a OPTIONS (ADD namespace 'default');
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods) FROM SERVER controls INTO ${schema};`)
  expect(
    await rows(
      `SELECT name, status FROM ${call(`Control''s "S`, PRIVILEGED, inNamespace)} WHERE kind = 'Pod'`,
    ),
  ).toEqual([
    ['bad', 'alarm'],
    ['good', 'ok'],
  ])
})

const SELECTED = 'SELECT control, kind, namespace, name, status, reason FROM'

it('gives the same over kept tables, to a role that may read them, in a transaction that only reads', async () => {
  await run(`SET client_min_messages = error; CREATE SCHEMA kept_controls; CREATE ROLE controls_kept;
    SELECT k8s_fdw.keep_all('few_controls', 'kept_controls'); GRANT USAGE ON SCHEMA kept_controls TO controls_kept;
    GRANT SELECT ON ALL TABLES IN SCHEMA kept_controls TO controls_kept;`)
  const { rows: kept, messages } = await session(
    `SET ROLE controls_kept; BEGIN READ ONLY; ${SELECTED} ${call('kept_controls', '{pss-%}', inNamespace)} WHERE status <> 'skip'; COMMIT;`,
  )
  expect(messages).toBe('')
  expect(kept).toEqual(
    await rows(`${SELECTED} ${call('few_controls', '{pss-%}', inNamespace)} WHERE status <> 'skip'`),
  )
  expect(kept.length).toBe(36)
  await run(`SET client_min_messages = error; DROP OWNED BY controls_kept; DROP ROLE controls_kept;
    DROP SCHEMA kept_controls CASCADE; SELECT k8s_fdw.tidy_kept();`)
})

itUnless(needsOwnHost, 'gives the same to a role that reader() made', async () => {
  const { apiServer } = provided()
  await run(`SET client_min_messages = error; CREATE SCHEMA read_controls;
    CREATE SERVER for_controls FOREIGN DATA WRAPPER k8s_fdw
      OPTIONS (api_url '${apiServer}', max_rows '10000', max_bytes '256MB', session_settings 'off');
    CREATE USER MAPPING FOR PUBLIC SERVER for_controls OPTIONS (token '${provided().token}');
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods, deployments) FROM SERVER for_controls INTO read_controls;
    SELECT k8s_fdw.reader('controls_analyst', 'read_controls');`)
  const { rows: read, messages } = await session(
    `SET ROLE controls_analyst; BEGIN READ ONLY; ${SELECTED} ${call('read_controls', '{pss-%}', inNamespace)} WHERE status <> 'skip'; COMMIT;`,
  )
  expect(messages).toBe('')
  expect(read).toEqual(
    await rows(`${SELECTED} ${call('few_controls', '{pss-%}', inNamespace)} WHERE status <> 'skip'`),
  )
  await run('DROP OWNED BY controls_analyst; DROP ROLE controls_analyst;')
})
