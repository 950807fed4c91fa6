// Reading with rights in some namespaces only, and ending a query from outside.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMenagerie } from '../support/menagerie.ts'
import { create, remove } from '../support/objects.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { run, session } from '../support/sql.ts'
import { describeUnless, isOwn, needsReader } from '../support/left-out.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const NAME = 'namespace-lister'

describeUnless(needsReader, 'a user who may list pods in one namespace', () => {
  const grantNamespaces = async (): Promise<void> => {
    await create(`${RBAC}/clusterroles`, {
      metadata: { name: NAME },
      rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['list'] }],
    })
    await create(`${RBAC}/clusterrolebindings`, {
      metadata: { name: NAME },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
    })
  }

  beforeAll(async () => {
    const api_key = provided().readerToken ?? ''
    await createServer('rights', { api_key })
    await createServer('rights_skip', { api_key, forbidden: 'skip' })
    await run(`CREATE SCHEMA rights;
      CREATE FOREIGN TABLE rights.error (name text, namespace text) SERVER rights OPTIONS (apiVersion 'v1', kind 'Pod');
      CREATE FOREIGN TABLE rights.skip (name text, namespace text) SERVER rights_skip OPTIONS (apiVersion 'v1', kind 'Pod');
      CREATE FOREIGN TABLE rights.named (name text, namespace text)
        SERVER rights_skip OPTIONS (apiVersion 'v1', kind 'Pod', namespaces 'default,kube-system');`)
  })

  afterAll(async () => {
    await remove(`${RBAC}/clusterrolebindings/${NAME}`)
    await remove(`${RBAC}/clusterroles/${NAME}`)
  })

  it('gets an error by default', async () => {
    expect((await session('SELECT * FROM rights.error;')).messages).toContain('403 Forbidden')
  })

  it("gets the rows of the namespaces that the table names, and a warning, with forbidden 'skip'", async () => {
    const answer = await session('SELECT namespace, name FROM rights.named;')
    expect(answer.rows).toEqual([['default', 'menagerie']])
    expect(answer.messages).toBe(
      'WARNING:  k8s_fdw: pods of a namespace are left out, for this user may not list them: kube-system\nDETAIL:  Wrappers\n',
    )
  })

  it('is told to name them where it may not list namespaces', async () => {
    expect((await session('SELECT * FROM rights.skip;')).messages).toContain(
      "Hint: name the namespaces that may be read: ALTER FOREIGN TABLE … OPTIONS (ADD namespaces 'one,two')",
    )
  })

  it('gets the rows of those that it may read, where it may list namespaces', async () => {
    await grantNamespaces()
    const answer = await session(
      `SELECT namespace, name FROM rights.skip; SELECT count(*) FROM rights.skip WHERE namespace = 'kube-system';`,
    )
    expect(answer.failed).toBe(false)
    expect(answer.rows).toEqual([['default', 'menagerie'], ['0']])
    expect(answer.messages).toMatch(/pods of \d+ namespaces are left out.*: .*kube-system/)
  })
})

describe('a query that is ended', () => {
  beforeAll(async () => {
    await createMenagerie()
    await createServer('slow_pages', { page_size: '1' })
    await run(`CREATE SCHEMA ended;
      CREATE FOREIGN TABLE ended.pods (name text, spec jsonb) SERVER slow_pages OPTIONS (apiVersion 'v1', kind 'Pod');`)
  })

  it('by statement_timeout ends between two pages, and the session goes on', async () => {
    const began = performance.now()
    // Our own host takes less than a second for all pages.
    const answer = await session(`SET statement_timeout = '${isOwn ? 50 : 300}ms';
      SELECT count(spec) FROM ended.pods;
      SET statement_timeout = 0;
      SELECT count(*) FROM (SELECT 1 FROM ended.pods LIMIT 2) AS few;`)
    expect(answer.messages).toBe('ERROR:  canceling statement due to statement timeout\n')
    expect(answer.rows).toEqual([['2']])
    // All its pages, one object each, take some 200 requests.
    expect(performance.now() - began).toBeLessThan(8000)
  })

  it('by pg_cancel_backend likewise', async () => {
    const name = `ended-${process.pid}`
    const ending = session(`SET application_name = '${name}';
      SELECT count(spec) FROM ended.pods;
      SELECT count(*) FROM (SELECT 1 FROM ended.pods LIMIT 2) AS few;`)
    let cancelled = false
    while (!cancelled) {
      const { rows } = await session(`SELECT bool_or(pg_cancel_backend(pid)) FROM pg_stat_activity
        WHERE application_name = '${name}' AND query LIKE 'SELECT count(spec)%' AND state = 'active';`)
      cancelled = rows[0]?.[0] === 't'
    }
    const answer = await ending
    expect(answer.messages).toBe('ERROR:  canceling statement due to user request\n')
    expect(answer.rows).toEqual([['2']])
  })
})
