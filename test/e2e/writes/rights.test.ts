// deploy/change.yaml: the changes that it is for succeed with a token of the service account, and others are refused.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inRoot } from '../../../tools/paths.ts'
import { kubectl } from '../support/kubectl.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, run } from '../support/sql.ts'

const NAMESPACE = 'writes-rights'
const CHANGE = ['--namespace', NAMESPACE, '-f', inRoot('deploy', 'change.yaml')]

const REFUSED = /forbidden: User "system:serviceaccount:writes-rights:tester"/
const here = (...args: string[]): string => kubectl([...args, '--namespace', NAMESPACE])
const replicas = (): string => here('get', 'deployment/web', '-o', 'jsonpath={.spec.replicas}')

describeUnless(needsOwnServers, 'deploy/change.yaml', () => {
  beforeAll(async () => {
    kubectl(['create', 'namespace', NAMESPACE])
    here('create', 'deployment', 'web', '--image', 'web:1')
    kubectl(['apply', '--validate=strict', ...CHANGE])
    // Other tests remove the namespace of the account that the file names, so that another one gets its role.
    here('create', 'serviceaccount', 'tester')
    here('create', 'rolebinding', 'tester', '--role=k8s-fdw-change', `--serviceaccount=${NAMESPACE}:tester`)
    const token = here('create', 'token', 'tester').trim()
    await createServer('writes_rights', { api_key: token, writes: 'on' })
    await run(`CREATE SCHEMA writes_rights; SET search_path = writes_rights;
      IMPORT FOREIGN SCHEMA "*" LIMIT TO (deployments, configmaps, pods) FROM SERVER writes_rights INTO writes_rights
        OPTIONS (namespace '${NAMESPACE}', writes 'on');
      CREATE FOREIGN TABLE scales (name text, namespace text, replicas integer OPTIONS (alias 'spec.replicas'), object_key text)
        SERVER writes_rights OPTIONS (object 'deployments.apps', namespace '${NAMESPACE}', subresource 'scale', rowid_column 'object_key');`)
  })

  afterAll(async () => {
    await run('DROP SCHEMA writes_rights CASCADE; DROP SERVER writes_rights CASCADE')
    kubectl(['delete', '--ignore-not-found', '--wait=false', ...CHANGE])
    kubectl(['delete', 'namespace', NAMESPACE, '--wait=false'])
  })

  it('is for the account of deploy/', () => {
    const account = 'system:serviceaccount:k8s-fdw:k8s-fdw'
    expect(here('auth', 'can-i', 'patch', 'deployments', '--as', account)).toBe('yes\n')
  })

  it.each([
    ['a Deployment', 'deployments', '3'],
    ['the scale alone', 'scales', '4'],
  ])('suffices to scale through %s', async (_, table, count) => {
    await run(`UPDATE writes_rights.${table} SET replicas = ${count} WHERE name = 'web'`)
    expect(replicas()).toBe(count)
  })

  it('suffices to make, change and delete ConfigMaps', async () => {
    await run(`INSERT INTO writes_rights.configmaps (name, data) VALUES ('settings', '{"a": "1"}')`)
    await run(`UPDATE writes_rights.configmaps SET data = '{"a": "2"}' WHERE name = 'settings'`)
    expect(here('get', 'configmap/settings', '-o', 'jsonpath={.data.a}')).toBe('2')
    await run(`DELETE FROM writes_rights.configmaps WHERE name = 'settings'`)
    expect(here('get', 'configmaps', '-o', 'name')).toBe('')
  })

  it.each([
    [`DELETE FROM deployments WHERE name = 'web'`, 'delete'],
    [`INSERT INTO deployments (name, attrs) VALUES ('other', '{}')`, 'create'],
    [`UPDATE pods SET labels = '{}' WHERE name = 'none'`, 'list'],
  ])('does not suffice for %s, and the error says which right is missing', async (sql, verb) => {
    const message = await failure(`SET search_path = writes_rights; ${sql}`)
    expect(message).toMatch(REFUSED)
    expect(message).toContain(`cannot ${verb} resource`)
    expect(replicas()).toBe('4')
  })

  it('does not reach another namespace', async () => {
    await run(`CREATE FOREIGN TABLE writes_rights.anywhere (namespace text, name text, object_key text)
      SERVER writes_rights OPTIONS (object 'configmaps', rowid_column 'object_key')`)
    const message = await failure(
      `INSERT INTO writes_rights.anywhere (namespace, name) VALUES ('default', 'n')`,
    )
    expect(message).toMatch(REFUSED)
    expect(message).toContain('in the namespace "default"')
  })
})
