// Wrong input on each path, with its exact text; after each error the same session goes on. A user must be able to act
// on each error.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHealthy, failsAndGoesOn, podsAt as podsOf } from '../support/fails.ts'
import { startFaults, type FaultServer } from '../support/faults.ts'
import { provided } from '../support/provided.ts'
import { createServer, type ServerOptions } from '../support/servers-in-sql.ts'
import { failure, run } from '../support/sql.ts'
import { isOwn, itUnless, needsReader } from '../support/left-out.ts'

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
  await createHealthy()
})

afterAll(() => faults.close())

const podsAt = (name: string, options: ServerOptions): Promise<string> => podsOf(name, options, 'default')

describe('the cluster', () => {
  it('a wrong token', async () => {
    const sql = await podsAt('wrong_token', { api_key: 'not-the-token' })
    expect(await failsAndGoesOn(sql)).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/namespaces/default/pods: 401 Unauthorized: Unauthorized. Hint: the API server does not accept this token; it may have expired: store a new one in api_key, api_key_id or api_key_name"`,
    )
  })

  itUnless(needsReader, 'a user without the right', async () => {
    await createServer('reader', { api_key: provided().readerToken ?? '' })
    await run(`CREATE FOREIGN TABLE errors.reader (name text)
      SERVER reader OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');`)
    expect(await failsAndGoesOn('SELECT * FROM errors.reader')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/namespaces/kube-system/pods: 403 Forbidden: pods is forbidden: User "reader" cannot list resource "pods" in API group "" in the namespace "kube-system". Hint: grant the user a Role in namespace kube-system with the verb list on pods"`,
    )
  })

  it('an HTML page instead of JSON', async () => {
    expect(
      await failsAndGoesOn(await podsAt('html', { api_url: `${faults.url}/html` })),
    ).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/namespaces/default/pods: 200 OK, but an HTML page titled "Sign in" instead of JSON. Hint: is api_url the URL of an API server, and no login page or other service in between?"`,
    )
  })

  it('JSON that is cut off', async () => {
    expect(await failsAndGoesOn(await podsAt('cut', { api_url: `${faults.url}/cut` }))).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/namespaces/default/pods: 200 OK, but the JSON is cut off: unexpected end of text at byte 125 of 125. Hint: the connection or a proxy ended the answer early: try again, or lower page_size"`,
    )
  })

  it('JSON of 1,000 levels', async () => {
    expect(
      await failsAndGoesOn(await podsAt('deep', { api_url: `${faults.url}/deep` })),
    ).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/namespaces/default/pods: 200 OK, but the JSON is not valid: nested deeper than 500 levels at byte 2578 of 6097. Hint: the answer does not come from an API server, or something in between changed it"`,
    )
  })

  it('no body at all', async () => {
    expect(
      await failsAndGoesOn(await podsAt('empty', { api_url: `${faults.url}/empty` })),
    ).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[decode] GET /api/v1/namespaces/default/pods: 200 OK, but the body is empty. Hint: is api_url the URL of an API server, and no login page or other service in between?"`,
    )
  })

  it('410 on the first page', async () => {
    expect(
      await failsAndGoesOn(await podsAt('gone', { api_url: `${faults.url}/gone` })),
    ).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/namespaces/default/pods: 410 Gone: too old. Hint: the list changed while it was read: run the query again"`,
    )
  })

  it('a server that sends the token back', async () => {
    const message = await failsAndGoesOn(await podsAt('echo', { api_url: `${faults.url}/echo` }))
    expect(message).not.toContain(provided().token)
    expect(message).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[status] GET /api/v1/namespaces/default/pods: 400 Bad Request: you sent ***. Hint: check api_url and the options of the table"`,
    )
  })
})

describe('the table', () => {
  const table = async (name: string, columns: string, options: string): Promise<void> => {
    await run(`CREATE FOREIGN TABLE errors.${name} (${columns}) SERVER healthy OPTIONS (${options});`)
  }

  it('an unknown kind', async () => {
    await table('unknown_kind', 'name text', `apiVersion 'v1', kind 'Prod'`)
    expect(await failsAndGoesOn('SELECT * FROM errors.unknown_kind')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[option] the cluster serves no v1 Prod. Hint: did you mean apiVersion 'v1', kind 'Pod'?"`,
    )
  })

  it('a kind in the wrong version', async () => {
    await table('wrong_version', 'name text', `apiVersion 'extensions/v1beta1', kind 'Deployment'`)
    expect(await failsAndGoesOn('SELECT * FROM errors.wrong_version')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[option] the cluster serves no extensions/v1beta1 Deployment. Hint: did you mean apiVersion 'apps/v1', kind 'Deployment'?"`,
    )
  })

  it('a column whose name says no path', async () => {
    await table('unknown_column', 'name text, nonsense text', `apiVersion 'v1', kind 'Pod'`)
    expect(await failsAndGoesOn('SELECT * FROM errors.unknown_column')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[option] column "nonsense" has no path, and its name is not one that has a path by itself. Hint: write OPTIONS (alias 'spec.…') after the column's type, or, without the extension k8s_fdw, the table option columns '{"nonsense":"spec.…"}'"`,
    )
  })

  it('a JSONPath that is none', async () => {
    await table(
      'bad_path',
      `name text, x text OPTIONS (alias '{.spec.containers[0}')`,
      `apiVersion 'v1', kind 'Pod'`,
    )
    expect(await failsAndGoesOn('SELECT * FROM errors.bad_path')).toMatchInlineSnapshot(
      `"ERROR:  guest fdw error: k8s_fdw[option] column "x": JSONPath "{.spec.containers[0}": "0}" is not an array index at position 19. Hint: write a path as kubectl does, such as metadata.name, {.spec.containers[0].image} or {.metadata.labels['app']}"`,
    )
  })

  it('a misspelt option', async () => {
    expect(
      await failure(`CREATE FOREIGN TABLE errors.misspelt (name text)
        SERVER healthy OPTIONS (apiVersion 'v1', knd 'Pod');`),
    ).toMatchInlineSnapshot(`
      "ERROR:  k8s_fdw knows no option "knd" for a table
      HINT:  Perhaps you meant "kind"."
    `)
  })

  it('a misspelt option of a server', async () => {
    expect(
      await failure(
        `CREATE SERVER misspelt FOREIGN DATA WRAPPER k8s_fdw OPTIONS (apiurl 'https://127.0.0.1:6443');`,
      ),
    ).toMatchInlineSnapshot(`
      "ERROR:  k8s_fdw knows no option "apiurl" for a server
      HINT:  Perhaps you meant "api_url"."
    `)
  })

  it('a type that the host cannot carry', async () => {
    const bad = `CREATE FOREIGN TABLE errors.bad_type (name text, tags text[])
      SERVER healthy OPTIONS (apiVersion 'v1', kind 'Pod');`
    if (isOwn) {
      // It carries each type that reads a text; host/values.test.ts tries them.
      await run(bad)
      return
    }
    expect(await failure(bad)).toMatchInlineSnapshot(`
      "ERROR:  column "tags" of foreign table "bad_type" has type text[], which Wrappers cannot carry
      HINT:  Use jsonb. These work: boolean, "char", smallint, integer, bigint, real, double precision, numeric, text, date, timestamp, timestamptz, jsonb, uuid."
    `)
  })

  it('writing', async () => {
    const said = await failsAndGoesOn(`DELETE FROM errors.healthy WHERE name = 'etcd-master'`)
    if (isOwn)
      expect(said).toMatchInlineSnapshot(
        `"ERROR:  guest fdw error: k8s_fdw[write] the table is for reading: its option writes is off. Hint: if its objects are to be changed from SQL: ALTER FOREIGN TABLE … OPTIONS (ADD writes 'on', ADD rowid_column 'object_key'), with a column object_key text; or import the tables with OPTIONS (writes 'on')"`,
      )
    else expect(said).toMatchInlineSnapshot(`"ERROR:  required option \`rowid_column\` is not specified"`)
  })
})

describe('a kubeconfig', () => {
  const server = (kubeconfig: string): string =>
    `CREATE SERVER broken FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '${kubeconfig}')`

  it('a path where nothing is', async () => {
    expect(await failsAndGoesOn(server('/nonexistent/kubeconfig'))).toMatchInlineSnapshot(`
      "ERROR:  kubeconfig "/nonexistent/kubeconfig" cannot be read on the database server: could not open file "/nonexistent/kubeconfig" for reading: No such file or directory
      HINT:  The path is one of the machine or container where PostgreSQL runs, and its operating-system user must be able to read the file. The kubeconfig's text works as well as its path."
    `)
  })

  it('a client certificate', async () => {
    const text = JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:6443' } }],
      users: [{ name: 'u', user: { 'client-certificate-data': 'AAAA' } }],
    })
    if (isOwn) {
      // It can present one; host/client-certificates.test.ts has whole ones.
      expect(await failsAndGoesOn(server(text))).toMatchInlineSnapshot(`
        "ERROR:  kubeconfig: user "u" has only one of client-certificate and client-key
        HINT:  Each is of no use without the other."
      `)
      return
    }
    expect(await failsAndGoesOn(server(text))).toMatchInlineSnapshot(`
      "ERROR:  kubeconfig: user "u" logs in with a client certificate, and Wrappers cannot present one
      HINT:  Three ways out. 1. A token of a service account: kubectl create serviceaccount k8s-fdw; kubectl create clusterrolebinding k8s-fdw --clusterrole=view --serviceaccount=default:k8s-fdw; kubectl create token k8s-fdw --duration=24h; give that as api_key, api_key_id or api_key_name. 2. kubectl proxy on the database's machine, and api_url 'http://127.0.0.1:PORT'. 3. The same proxy as a sidecar container beside the database."
    `)
  })
})
