// The views of k8s_fdw.relations() over all that the suite's cluster holds, each compared with what kubectl gets, and how
// many requests a query of each makes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itUnless, needsReader } from '../support/left-out.ts'
import { apply } from '../support/manifests.ts'
import { remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import {
  expectedRows,
  getObjects,
  type Objects,
  RELATIONS,
  selectRelation,
  shownRows,
} from '../support/relations.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { type Answer, failure, rows, run, session } from '../support/sql.ts'

/** What the views are over. Of the others only a tree needs any. */
const KINDS = [
  'pods', 'services', 'nodes', 'configmaps', 'secrets', 'serviceaccounts', 'persistentvolumeclaims', 'events',
  'replicationcontrollers', 'deployments', 'replicasets', 'statefulsets', 'jobs', 'cronjobs', 'leases',
  'endpointslices', 'ingresses', 'networkpolicies', 'horizontalpodautoscalers', 'poddisruptionbudgets',
  'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings',
] // prettier-ignore
const VIEWS = Object.keys(RELATIONS)
/** These read every table. Each costs Wrappers a moment, so they are looked at in a schema that has but a few. */
const OF_ALL = ['objects', 'owner_references', 'owners']
const OWNING = ['pods', 'services', 'endpointslices', 'deployments', 'replicasets', 'jobs', 'cronjobs']
const schemaOf = (view: string): string => (OF_ALL.includes(view) ? 'owning' : 'related')
/** Their conditions reach a request, or one side of a join alone. */
const BY_NAMESPACE = [
  'service_pods',
  'pod_nodes',
  'pod_secrets',
  'network_policy_pods',
  'http_route_services',
  'subject_rules',
]
const WITHOUT_ROUTES = VIEWS.filter((view) => view !== 'http_route_services')

const made = async (call: string): Promise<{ views: string[]; notices: string }> => {
  const { rows: found, messages } = await session(`SELECT relation FROM ${call};`)
  return { views: found.map(([name = '']) => name.replace(/^.*\./, '')), notices: messages }
}

beforeAll(async () => {
  await apply(suiteApi(), 'relations.yaml')
  // For tree.test.ts, which needs a pod that has been there for a while.
  await apply(suiteApi(), 'trees.yaml')
  await createServer('related', { session_settings: 'on' })
  await run(`SET client_min_messages = error; CREATE SCHEMA related;
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (${KINDS.join(', ')}) FROM SERVER related INTO related;
    CREATE SCHEMA owning; IMPORT FOREIGN SCHEMA "*" LIMIT TO (${OWNING.join(', ')}) FROM SERVER related INTO owning;`)
})

afterAll(async () => {
  await remove('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/httproutes.gateway.networking.k8s.io')
  await remove('/api/v1/nodes/store-1')
})

describe('relations()', () => {
  it('makes the views of what is there, and says what is missing and why', async () => {
    const { views, notices } = await made(`k8s_fdw.relations('related', 'related')`)
    expect(views.sort()).toEqual([...WITHOUT_ROUTES].sort())
    expect(notices).toBe(
      'NOTICE:  without gateway.networking.k8s.io/HTTPRoute: the cluster does not serve it\nDETAIL:  Not made: http_route_services.\n',
    )
  })

  it('makes what was missing when it is there, and leaves the others with their rights', async () => {
    await apply(suiteApi(), 'http-routes.yaml')
    const before = await rows(
      `GRANT SELECT ON related.service_pods TO PUBLIC; SELECT 'related.service_pods'::regclass::oid`,
    )
    const served = await made(`k8s_fdw.relations('related')`)
    expect(served.views).not.toContain('http_route_services')
    expect(served.notices).toContain(
      'without gateway.networking.k8s.io/HTTPRoute: schema related has no such table, and IMPORT FOREIGN SCHEMA "gateway.networking.k8s.io/v1" LIMIT TO (httproutes) FROM SERVER related INTO related; makes it',
    )
    await run(
      'IMPORT FOREIGN SCHEMA "gateway.networking.k8s.io/v1" LIMIT TO (httproutes) FROM SERVER related INTO related;',
    )
    const all = await made(`k8s_fdw.relations('related')`)
    expect(all.views.sort()).toEqual([...VIEWS].sort())
    expect(all.notices).toBe('')
    expect(
      await rows(`SELECT c.oid FROM pg_class AS c WHERE c.oid = 'related.service_pods'::regclass AND c.relacl::text LIKE '%{=r/%'
                  OR c.oid = 'related.service_pods'::regclass AND c.relacl::text LIKE '%,=r/%'`),
    ).toEqual(before)
  })

  it('gives no more rights than a role has on the tables', async () => {
    const { messages } = await session(`DROP ROLE IF EXISTS relations_reader; CREATE ROLE relations_reader;
      GRANT USAGE ON SCHEMA related TO relations_reader; GRANT SELECT ON related.service_pods TO relations_reader;
      SET ROLE relations_reader; SELECT * FROM related.service_pods; RESET ROLE;
      DROP OWNED BY relations_reader; DROP ROLE relations_reader;`)
    expect(messages).toMatch(/ERROR: {2}permission denied for foreign table (services|pods)/)
  })
})

/** The messages after each view's mark. */
const byView = (messages: string): Map<string, string> =>
  new Map(
    messages
      .split(/^INFO: {2}view /m)
      .slice(1)
      .map((part) => [/^\w+/.exec(part)?.[0] ?? '', part]),
  )
const marked = (view: string, statement: string): string =>
  `DO $$ BEGIN RAISE INFO 'view ${view}'; END $$; ${statement}`

/** Lists that were requested. HTTPRoute is no kind that k8s_fdw knows: the cluster is asked for it first. */
const listsIn = (messages: string | undefined): number =>
  [...(messages ?? '').matchAll(/^INFO: {2}k8s_fdw: GET (?!\/apis\/gateway\.networking\.k8s\.io\/v1: )/gm)]
    .length

describe('each view', () => {
  let found: Answer
  let objects: Objects
  let owning: Objects
  let tables: Map<string, number>
  beforeAll(async () => {
    const lists = await rows(
      `SET client_min_messages = error; SELECT split_part(relation::text, '.', 2), tables FROM k8s_fdw.relations('related')
       UNION ALL SELECT relation::text, tables FROM k8s_fdw.relations('owning')`,
    )
    tables = new Map(lists.map(([view = '', count]) => [view, Number(count)]))
    const statements = VIEWS.map((view) => marked(view, selectRelation(schemaOf(view), view)))
    found = await session(`SET k8s_fdw.trace = on; ${statements.join('\n')}`)
    expect(found.messages).not.toContain('ERROR')
    objects = await getObjects([...KINDS, 'httproutes'].join(','))
    owning = await getObjects(OWNING.join(','))
  })

  it.each(VIEWS)('%s shows what kubectl does, by one list request for each table', (view) => {
    const expected = expectedRows(view, OF_ALL.includes(view) ? owning : objects)
    expect(expected.length).toBeGreaterThan(0)
    expect(shownRows(view, found.rows)).toEqual(expected)
    expect(listsIn(byView(found.messages).get(view))).toBe(
      tables.get(OF_ALL.includes(view) ? `owning.${view}` : view),
    )
  })

  it('makes no more requests with a condition on the namespace, and reads no table twice', async () => {
    const statements = BY_NAMESPACE.map((view) =>
      marked(
        view,
        `SELECT 'view ${view}'; EXPLAIN (ANALYZE, COSTS OFF) SELECT * FROM related.${view} WHERE namespace = 'store';`,
      ),
    )
    const { rows: lines, messages } = await session(`SET k8s_fdw.trace = on; ${statements.join('\n')}`)
    expect(messages).not.toContain('ERROR')
    const plans = lines
      .map(([line = '']) => line)
      .join('\n')
      .split(/^view /m)
      .slice(1)
    for (const [i, view] of BY_NAMESPACE.entries()) {
      const lists = listsIn(byView(messages).get(view))
      expect([view, lists > 0 && lists <= (tables.get(view) ?? 0)]).toEqual([view, true])
      const scans = (plans[i] ?? '').split('\n').filter((line) => line.includes('Foreign Scan'))
      expect([view, scans.filter((line) => !/loops=1\)|never executed/.test(line))]).toEqual([view, []])
    }
  })

  // The rows of kept tables need no more than one comparison: the views are made of the same text.
  it('shows the same over kept tables', async () => {
    const kinds = ['pods', 'services', 'deployments', 'replicasets', 'poddisruptionbudgets']
    const { messages } =
      await session(`SET client_min_messages = error; CREATE SCHEMA related_kept; CREATE SCHEMA related_views;
      SELECT k8s_fdw.keep(('related.' || k)::regclass, 'related_kept.' || k) FROM unnest('{${kinds.join(',')}}'::text[]) AS k;
      SELECT * FROM k8s_fdw.relations('related_kept', 'related_views');`)
    expect(messages).toBe('')
    const views = ['service_pods', 'pod_disruption_budget_pods']
    const kept = await session(
      `EXPLAIN (COSTS OFF) SELECT * FROM related_views.service_pods; ${views.map((view) => selectRelation('related_views', view)).join('\n')}`,
    )
    expect(kept.rows.flat().join()).not.toContain('Foreign Scan')
    for (const view of views) expect(shownRows(view, kept.rows)).toEqual(expectedRows(view, objects))
    const rest = await made(`k8s_fdw.relations('related_kept', 'related_views')`)
    expect(rest.notices).toMatch(
      /NOTICE: {2}without .*, Secret, .*: schema related_kept has no such table\nDETAIL: {2}Not made: .* Made without: .*pod_secrets/,
    )
    expect(
      await rows(`SELECT DISTINCT found FROM related_views.pod_secrets WHERE namespace = 'store'`),
    ).toEqual([['∅']])
  })
})

describe('a user with few rights', () => {
  itUnless(needsReader, 'gets the views of what he may read, and is told the rest', async () => {
    await createServer('related_reader', { api_key: provided().readerToken ?? '' })
    await run(`SET client_min_messages = error; CREATE SCHEMA related_reader;
      IMPORT FOREIGN SCHEMA "v1" LIMIT TO (pods, services) FROM SERVER related_reader INTO related_reader OPTIONS (namespace 'default');`)
    const { views, notices } = await made(`k8s_fdw.relations('related_reader')`)
    expect(views).toContain('pod_config_maps')
    expect(views).not.toContain('service_pods')
    expect(notices).toMatch(
      /NOTICE: {2}without Service: the user of server related_reader may not list them in namespace default.*\nDETAIL: {2}Not made: .*service_pods\. Made without: objects, owner_references, owners\./,
    )
    expect(await rows('SELECT DISTINCT kind FROM related_reader.objects')).toEqual([['Pod']])
  })
})

describe('drop_relations()', () => {
  it('takes the views away, and nothing else', async () => {
    await run('CREATE VIEW related.mine AS SELECT 1 AS one')
    expect(
      await failure(
        `CREATE VIEW public.on_related AS SELECT * FROM related.service_pods; SELECT k8s_fdw.drop_relations('related')`,
      ),
    ).toContain('cannot drop desired object(s) because other objects depend on them')
    expect(
      await rows(
        `SET client_min_messages = error; DROP VIEW IF EXISTS public.on_related; SELECT k8s_fdw.drop_relations('related')`,
      ),
    ).toEqual([[String(VIEWS.length)]])
    expect(
      await rows(
        `SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'related'::regnamespace AND c.relkind = 'v'`,
      ),
    ).toEqual([['mine']])
  })
})
