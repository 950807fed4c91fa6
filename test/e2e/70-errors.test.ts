// Owns: wrong input on each path, with its exact text; and after each the same session goes on.
// Never: an error that a user can't act on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFaults, type FaultServer } from './support/faults.ts'
import { provided } from './support/provided.ts'
import { createServer } from './support/servers-in-sql.ts'
import { failure, run, session } from './support/sql.ts'

const DEEP = `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`
const LIST_START = '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":['
const POD = '{"metadata":{"name":"one","namespace":"default"}}'

let faults: FaultServer

beforeAll(async () => {
  faults = await startFaults({
    html: { type: 'text/html', body: '<!DOCTYPE html><html><head><title>Sign in</title></head></html>' },
    cut: { body: `${LIST_START}${POD},{"metadata":{"na` },
    deep: { body: `${LIST_START}{"metadata":{"name":"one"},"spec":${DEEP}}]}` },
    empty: { body: '' },
    gone: { status: 410, body: '{"kind":"Status","message":"too old","reason":"Expired","code":410}' },
    echo: { status: 400, body: `{"kind":"Status","message":"you sent ${provided().token}","code":400}` },
  })
  await createServer('right')
  await run(`CREATE SCHEMA errors;
    CREATE FOREIGN TABLE errors.right (name text)
      SERVER "right" OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`)
})

afterAll(() => faults.close())

/** The error's first line; and the proof that the session is as good as new. */
const failsAndGoesOn = async (sql: string): Promise<string> => {
  const answer = await session(`${sql};\nSELECT count(*) FROM errors."right";`)
  expect(answer.failed).toBe(true)
  expect(answer.rows.at(-1)).toEqual(['7'])
  // The suite's servers are on other ports each time.
  return answer.messages.trimEnd().replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
}

const podsAt = async (server: string, options: Readonly<Record<string, string>>): Promise<string> => {
  await createServer(server, options)
  await run(`CREATE FOREIGN TABLE errors.${server} (name text, spec jsonb)
    SERVER ${server} OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'default');`)
  return `SELECT * FROM errors.${server}`
}

describe('the cluster', () => {
  it('no server listens', async () => {
    const sql = await podsAt('unreachable', { api_url: 'http://127.0.0.1:1' })
    expect(await failsAndGoesOn(sql)).toMatchInlineSnapshot()
  }, 120_000)

  it('a wrong token', async () => {
    const sql = await podsAt('wrong_token', { api_key: 'not-the-token' })
    expect(await failsAndGoesOn(sql)).toMatchInlineSnapshot()
  })

  it.skipIf(provided().readerToken === undefined)('a user without the right', async () => {
    await createServer('reader', { api_key: provided().readerToken ?? '' })
    await run(`CREATE FOREIGN TABLE errors.reader (name text)
      SERVER reader OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`)
    expect(await failsAndGoesOn('SELECT * FROM errors.reader')).toMatchInlineSnapshot()
  })

  it('an HTML page instead of JSON', async () => {
    expect(
      await failsAndGoesOn(await podsAt('html', { api_url: `${faults.url}/html` })),
    ).toMatchInlineSnapshot()
  })

  it('JSON that is cut off', async () => {
    expect(
      await failsAndGoesOn(await podsAt('cut', { api_url: `${faults.url}/cut` })),
    ).toMatchInlineSnapshot()
  })

  it('JSON of 1,000 levels', async () => {
    expect(
      await failsAndGoesOn(await podsAt('deep', { api_url: `${faults.url}/deep` })),
    ).toMatchInlineSnapshot()
  })

  it('no body at all', async () => {
    expect(
      await failsAndGoesOn(await podsAt('empty', { api_url: `${faults.url}/empty` })),
    ).toMatchInlineSnapshot()
  })

  it('410 on the first page', async () => {
    expect(
      await failsAndGoesOn(await podsAt('gone', { api_url: `${faults.url}/gone` })),
    ).toMatchInlineSnapshot()
  })

  it('a server that sends the token back', async () => {
    const message = await failsAndGoesOn(await podsAt('echo', { api_url: `${faults.url}/echo` }))
    expect(message).not.toContain(provided().token)
    expect(message).toMatchInlineSnapshot()
  })
})

describe('the table', () => {
  const table = async (name: string, columns: string, options: string): Promise<void> => {
    await run(`CREATE FOREIGN TABLE errors.${name} (${columns}) SERVER "right" OPTIONS (${options});`)
  }

  it('an unknown kind', async () => {
    await table('unknown_kind', 'name text', `apiVersion 'v1', kind 'Prod'`)
    expect(await failsAndGoesOn('SELECT * FROM errors.unknown_kind')).toMatchInlineSnapshot()
  })

  it('a kind in the wrong version', async () => {
    await table('wrong_version', 'name text', `apiVersion 'extensions/v1beta1', kind 'Deployment'`)
    expect(await failsAndGoesOn('SELECT * FROM errors.wrong_version')).toMatchInlineSnapshot()
  })

  it('a column whose name says no path', async () => {
    await table('unknown_column', 'name text, nonsense text', `apiVersion 'v1', kind 'Pod'`)
    expect(await failsAndGoesOn('SELECT * FROM errors.unknown_column')).toMatchInlineSnapshot()
  })

  it('a JSONPath that is none', async () => {
    await table(
      'bad_path',
      `name text, x text OPTIONS (alias '{.spec.containers[0}')`,
      `apiVersion 'v1', kind 'Pod'`,
    )
    expect(await failsAndGoesOn('SELECT * FROM errors.bad_path')).toMatchInlineSnapshot()
  })

  it('a misspelt option', async () => {
    expect(
      await failure(`CREATE FOREIGN TABLE errors.misspelt (name text)
        SERVER "right" OPTIONS (apiVersion 'v1', knd 'Pod');`),
    ).toMatchInlineSnapshot()
  })

  it('a misspelt option of a server', async () => {
    expect(
      await failure(
        `CREATE SERVER misspelt FOREIGN DATA WRAPPER k8s_fdw OPTIONS (apiurl 'https://127.0.0.1:6443');`,
      ),
    ).toMatchInlineSnapshot()
  })

  it('a type that the host cannot carry', async () => {
    expect(
      await failure(`CREATE FOREIGN TABLE errors.bad_type (name text, tags text[])
        SERVER "right" OPTIONS (apiVersion 'v1', kind 'Pod');`),
    ).toMatchInlineSnapshot()
  })

  it('writing', async () => {
    expect(
      await failsAndGoesOn(`DELETE FROM errors."right" WHERE name = 'etcd-master'`),
    ).toMatchInlineSnapshot()
  })
})

describe('a kubeconfig', () => {
  const server = (kubeconfig: string): string =>
    `CREATE SERVER broken FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '${kubeconfig}')`

  it('a path where nothing is', async () => {
    expect(await failsAndGoesOn(server('/nonexistent/kubeconfig'))).toMatchInlineSnapshot()
  })

  it('a client certificate', async () => {
    const text = JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:6443' } }],
      users: [{ name: 'u', user: { 'client-certificate-data': 'AAAA' } }],
    })
    expect(await failsAndGoesOn(server(text))).toMatchInlineSnapshot()
  })
})
