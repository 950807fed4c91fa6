// The plain Wrappers way, without the extension k8s_fdw: one wrapper, and the options that the host hands on.
import { beforeAll, describe, expect, it } from 'vitest'
import { list } from '../support/oracle.ts'
import { createPlainServer } from '../support/servers-in-sql.ts'
import { failure, rows, run } from '../support/sql.ts'

beforeAll(async () => {
  await createPlainServer('plain')
  await run(`
    CREATE SCHEMA plain;
    CREATE FOREIGN TABLE plain.pods (name text, namespace text, image text, labels jsonb)
      SERVER plain OPTIONS (object 'pods', columns '{"image": "spec.containers[0].image"}');
    CREATE FOREIGN TABLE plain.deployments (name text, creation_timestamp timestamptz)
      SERVER plain OPTIONS (object 'deployments.apps', namespace 'kube-system');
    CREATE FOREIGN TABLE plain.versioned (name text, spec jsonb)
      SERVER plain OPTIONS (object 'deployments.v1.apps', namespace 'kube-system');
  `)
})

describe('without the extension k8s_fdw', () => {
  it('object and columns', async () => {
    const got = await rows(
      `SELECT name, image FROM plain.pods WHERE namespace = 'kube-system' ORDER BY name LIMIT 2`,
    )
    expect(got).toEqual([
      ['coredns-6f685fffbf-7xrtp', 'k8s.gcr.io/coredns:1.2.6'],
      ['coredns-6f685fffbf-nzfn7', 'k8s.gcr.io/coredns:1.2.6'],
    ])
  })

  it('a column by its name alone', async () => {
    const [coredns] = await list('/apis/apps/v1/namespaces/kube-system/deployments')
    const got = await rows(`SET timezone = 'UTC';
      SELECT name, to_char(creation_timestamp, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM plain.deployments`)
    expect(got).toEqual([['coredns', coredns?.metadata.creationTimestamp]])
  })

  it('an object with its version', async () => {
    expect(await rows(`SELECT name, spec->'replicas' FROM plain.versioned`)).toEqual([['coredns', '2']])
  })

  it('a component that is not there is an error, and no more', async () => {
    await createPlainServer('nowhere', { fdw_package_url: 'file:///nonexistent/k8s_fdw.wasm' })
    await run(`CREATE FOREIGN TABLE plain.nowhere (name text) SERVER nowhere OPTIONS (object 'pods')`)
    expect(await failure('SELECT * FROM plain.nowhere')).toContain('ERROR:')
    expect(await rows('SELECT count(*) FROM plain.deployments')).toEqual([['1']])
  })
})
