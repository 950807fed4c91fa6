// k8s_fdw.tree() beside what kubectl tree 0.5 printed of the same objects (kubectl-tree.txt), its ages left out.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apply } from '../support/manifests.ts'
import { remove } from '../support/objects.ts'
import { suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, quoted, rows, run } from '../support/sql.ts'

const LEAVING = '/api/v1/namespaces/trees/pods/leaving'

beforeAll(async () => {
  await apply(suiteApi(), 'relations.yaml')
  await apply(suiteApi(), 'trees.yaml')
  await remove(LEAVING)
  await createServer('trees')
  await run(`SET client_min_messages = error; CREATE SCHEMA trees;
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods, configmaps, serviceaccounts, nodes, leases, deployments, replicasets, jobs, cronjobs)
      FROM SERVER trees INTO trees;
    SELECT k8s_fdw.relations('trees');
    CREATE SCHEMA small_trees; IMPORT FOREIGN SCHEMA "*" LIMIT TO (deployments) FROM SERVER trees INTO small_trees;
    SELECT k8s_fdw.relations('small_trees');`)
  // kstatus calls a pod unschedulable when it has been so for 15 seconds. relations.test.ts has put it there already.
  const [[age = '0'] = []] = await rows(
    `SELECT extract(epoch FROM now() - creation_timestamp) FROM trees.pods WHERE namespace = 'trees' AND name = 'unschedulable'`,
  )
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, 16_000 - 1000 * Number(age))))
})

afterAll(async () => {
  await suiteApi().patch(LEAVING, { metadata: { finalizers: null } })
  await remove('/api/v1/nodes/trees-1').catch(() => undefined)
  await remove('/api/v1/nodes/store-1').catch(() => undefined)
})

/** The cells of a printed table, by where its header's words begin. */
const cells = (table: string): string[][] => {
  const [header = '', ...lines] = table.split('\n')
  const starts = [...header.matchAll(/\S+/g)].map((word) => word.index)
  return lines.map((line) => starts.map((at, i) => line.slice(at, starts[i + 1]).trimEnd()))
}

const RECORDED = readFileSync(join(import.meta.dirname, 'kubectl-tree.txt'), 'utf8')
  .trimEnd()
  .split(/\n*\$ kubectl tree (.*)\n/)
  .slice(1)
const TREES = RECORDED.flatMap((command, i) => {
  if (i % 2 === 1) return []
  const [, namespace, kind = '', name = ''] = /^(?:-n (\S+)|-A) (\S+) (\S+)$/.exec(command) ?? []
  return [{ command, namespace, object: `${kind}/${name}`, printed: RECORDED[i + 1] ?? '' }]
})

describe('tree()', () => {
  it.each(TREES)('prints what kubectl tree $command does', async ({ namespace, object, printed }) => {
    const place = namespace === undefined ? '' : `, ${quoted(namespace)}`
    const found = await rows(
      `SELECT coalesce(namespace, ''), name, ready, reason, status FROM k8s_fdw.tree(${quoted(object)}${place}, in_schema => 'trees')`,
    )
    expect(found).toEqual(cells(printed))
  })

  it('says how old each object is, as kubectl does', async () => {
    const found = await rows(
      `WITH t AS MATERIALIZED (SELECT * FROM k8s_fdw.tree('Deployment checkout', 'store', 'small_trees'))
       SELECT t.age IN (SELECT k8s_fdw.human_duration(s) FROM generate_series(extract(epoch FROM now() - d.creation_timestamp)::bigint - 1,
                                                                            extract(epoch FROM clock_timestamp() - d.creation_timestamp)::bigint + 1) AS s)
         FROM t, small_trees.deployments AS d WHERE d.namespace = 'store' AND t.name = 'Deployment/' || d.name`,
    )
    expect(found).toEqual([['t']])
  })

  it.each([
    ['deployment', 'an object has a kind and a name, and "deployment" is not both'],
    ['gadget/web', 'schema small_trees has no table of the kind "gadget"'],
    ['deployment/nowhere', 'there is no Deployment "nowhere" in namespace "store"'],
  ])('refuses %s', async (object, message) => {
    expect(await failure(`SELECT * FROM k8s_fdw.tree(${quoted(object)}, 'store', 'small_trees')`)).toContain(
      `ERROR:  ${message}`,
    )
  })
})
