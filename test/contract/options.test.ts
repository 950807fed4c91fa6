// Options of server and table: what they ask for, and what is wrong with them.
import { expect, it } from 'vitest'
import { failure, list, one } from './responses.ts'
import type { ScanSpec } from './run-scan.ts'
import { API_URL, TOKEN, onEachEngine } from './run-scan.ts'

interface Case {
  readonly name: string
  readonly input: Omit<ScanSpec, 'respond'>
  readonly want: string
}

const POD = { apiVersion: 'v1', kind: 'Pod' }

const URLS: readonly Case[] = [
  { name: 'apiVersion and kind', input: { tableOptions: POD }, want: '/api/v1/pods?limit=1000' },
  {
    name: 'apiVersion in lower case, as Postgres folds it',
    input: { tableOptions: { apiversion: 'apps/v1', kind: 'ReplicaSet' } },
    want: '/apis/apps/v1/replicasets?limit=1000',
  },
  {
    name: 'kind alone',
    input: { tableOptions: { kind: 'Ingress' } },
    want: '/apis/networking.k8s.io/v1/ingresses?limit=1000',
  },
  { name: 'a plural', input: { tableOptions: { object: 'pods' } }, want: '/api/v1/pods?limit=1000' },
  { name: 'a singular', input: { tableOptions: { object: 'service' } }, want: '/api/v1/services?limit=1000' },
  {
    name: 'a short name',
    input: { tableOptions: { object: 'deploy' } },
    want: '/apis/apps/v1/deployments?limit=1000',
  },
  {
    name: 'a kind as object',
    input: { tableOptions: { object: 'CronJob' } },
    want: '/apis/batch/v1/cronjobs?limit=1000',
  },
  {
    name: 'object with group',
    input: { tableOptions: { object: 'deployments.apps' } },
    want: '/apis/apps/v1/deployments?limit=1000',
  },
  {
    name: 'object with version and group',
    input: { tableOptions: { object: 'deployments.v1.apps' } },
    want: '/apis/apps/v1/deployments?limit=1000',
  },
  {
    name: 'object of the core group',
    input: { tableOptions: { object: 'pods.v1.' } },
    want: '/api/v1/pods?limit=1000',
  },
  {
    name: 'events of their own group',
    input: { tableOptions: { object: 'events.events.k8s.io' } },
    want: '/apis/events.k8s.io/v1/events?limit=1000',
  },
  {
    name: 'namespace',
    input: { tableOptions: { ...POD, namespace: 'kube-system' } },
    want: '/api/v1/namespaces/kube-system/pods?limit=1000',
  },
  {
    name: 'selectors, escaped',
    input: {
      tableOptions: {
        ...POD,
        label_selector: 'app in (a,b),!x&limit=9',
        field_selector: 'metadata.name=ü€😀#',
      },
    },
    want:
      '/api/v1/pods?limit=1000&labelSelector=app%20in%20%28a%2Cb%29%2C%21x%26limit%3D9' +
      '&fieldSelector=metadata.name%3D%C3%BC%E2%82%AC%F0%9F%98%80%23',
  },
  { name: 'page_size', input: { serverOptions: { page_size: ' 7 ' } }, want: '/api/v1/pods?limit=7' },
  {
    name: 'a slash after api_url',
    input: { serverOptions: { api_url: `${API_URL}//` } },
    want: '/api/v1/pods?limit=1000',
  },
]

/** Columns that need whole objects. */
const WHOLE = [{ name: 'spec', type: 'json' }] as const
const KIND_HINT =
  "Hint: give it apiVersion and kind, such as OPTIONS (apiVersion 'apps/v1', kind 'Deployment'), or object 'deployments.apps'; a misspelt option does not count"
const NOT_A_URL =
  'k8s_fdw[option] option api_url is not the URL of an API server: http:// or https://, a host, perhaps a port and a path, ' +
  "and nothing else. Hint: write it like 'https://10.0.0.1:6443'; a token goes into api_key, api_key_id or api_key_name"
const TOKEN_CHARACTERS =
  'has characters that no token has: spaces, line breaks, quotes around it or others beyond ASCII. ' +
  "Hint: store the token alone, in one line and without 'Bearer'"
const COLUMNS_HINT =
  'Hint: it takes a JSON object of paths, such as \'{"image": "spec.containers[0].image"}\''

const VAULT_ID = '3f0c2d9e-5b1a-4c47-9f0e-8a6d1c2b7e54'
const JWT = `eyJhbGciOiJSUzI1NiJ9.${TOKEN}.${TOKEN}`
/** In the forms that programs write; each of them anywhere in an option is taken for what it is. */
const TOKENS = [
  JWT,
  `Bearer ${'x'.repeat(16)}`,
  'sha256~0123456789abcdef',
  'ya29.a0AfH6SMB',
  'k8s-aws-v1.aHR0cHM6Ly9zdHM',
  'dop_v1_0123456789abcdef',
  `K10${'0'.repeat(64)}::server:x`,
  `kubeconfig-user-abc:${'x'.repeat(54)}`,
  `{"token": "${JWT}"}`,
]
const NOT_AN_ID =
  'k8s_fdw[option] option api_key_id is not the id (a UUID) of a Vault secret. ' +
  "Hint: store the token with vault.create_secret('<token>', 'kubernetes'), and give the id that this returns; for a secret's name there is api_key_name"

const inIt = (option: string): string =>
  `k8s_fdw[option] option ${option} has a bearer token in it, which does not belong there. ` +
  'Hint: drop the option; a token goes to the server, as api_key_id (Vault), api_key_name (Vault) or api_key'
const SERVER_OPTIONS = [
  'api_url',
  'page_size',
  'forbidden',
  'trace',
  'session_settings',
  'stats',
  'impersonate_user',
  'impersonate_user_setting',
  'impersonate_user_path',
  'impersonate_user_prefix',
  'impersonate_groups',
  'impersonate_groups_setting',
  'impersonate_groups_path',
  'impersonate_groups_prefix',
]
const TABLE_OPTIONS = [
  'apiVersion',
  'kind',
  'object',
  'namespace',
  'namespaces',
  'label_selector',
  'field_selector',
  'columns',
  'on_error',
  'reveal_secrets',
]

const MISTAKEN: readonly Case[] = [
  ...SERVER_OPTIONS.map((option) => ({
    name: `a token as ${option}`,
    input: { serverOptions: { [option]: JWT } },
    want: inIt(option),
  })),
  ...TABLE_OPTIONS.map((option) => ({
    name: `a token as ${option}`,
    input: { tableOptions: { ...POD, [option]: JWT } },
    want: inIt(option),
  })),
  ...TOKENS.map((token) => ({
    name: `${token.slice(0, 12)}… as a namespace`,
    input: { tableOptions: { ...POD, namespace: token } },
    want: inIt('namespace'),
  })),
  ...[JWT, 'hunter2', '0123456789abcdef0123456789abcdef'].map((token) => ({
    name: `${token.slice(0, 12)}… as api_key_id`,
    input: { serverOptions: { api_key: null, api_key_id: token } },
    want: NOT_AN_ID,
  })),
  {
    name: 'a long text, which may be a secret of a form that is not known',
    input: { tableOptions: { ...POD, namespace: 'Z'.repeat(41) } },
    want:
      'k8s_fdw[option] option namespace is a text of 41 characters. ' +
      'Hint: it takes the name of one namespace (lower-case letters, digits and -); without the option the table shows all',
  },
]

const ERRORS: readonly Case[] = [
  ...MISTAKEN,
  {
    name: 'no api_url',
    input: { serverOptions: { api_url: null } },
    want:
      'k8s_fdw[option] the server has no option api_url. ' +
      "Hint: give it the API server's URL: ALTER SERVER … OPTIONS (ADD api_url 'https://…'); a misspelt option does not count",
  },
  {
    name: 'kubeconfig without api_url',
    input: { serverOptions: { api_url: null, kubeconfig: '/kubeconfig' } },
    want:
      'k8s_fdw[option] the server has the option kubeconfig, but not api_url, and a wrapper cannot read a kubeconfig by itself. ' +
      'Hint: create the extension k8s_fdw, which reads it, and then the server anew; if it is there without event triggers, SELECT * FROM k8s_fdw.apply(); or give the server api_url and api_key',
  },
  {
    name: 'api_url without a scheme',
    input: { serverOptions: { api_url: '10.0.0.1:6443' } },
    want: NOT_A_URL,
  },
  {
    name: 'api_url with a password',
    input: { serverOptions: { api_url: 'https://u:hunter2@h' } },
    want: NOT_A_URL,
  },
  ...['0', '00', '65536', '99999', '6443000000000000000000'].map((port) => ({
    name: `api_url with port ${port}`,
    input: { serverOptions: { api_url: `https://[::1]:${port}/k8s` } },
    want:
      `k8s_fdw[option] option api_url has the port "${port}", and ports are numbers from 1 to 65535. ` +
      'Hint: an API server mostly listens on 6443 or 443, a kubectl proxy on 8001',
  })),
  {
    name: 'api_url with a port that is no number',
    input: { serverOptions: { api_url: 'https://h:hunter2' } },
    want: NOT_A_URL,
  },
  { name: 'api_url with a query', input: { serverOptions: { api_url: 'https://h/?a=b' } }, want: NOT_A_URL },
  {
    name: 'api_url with a line break',
    input: { serverOptions: { api_url: 'https://h\nx' } },
    want: NOT_A_URL,
  },
  {
    name: 'page_size 0',
    input: { serverOptions: { page_size: '0' } },
    want: 'k8s_fdw[option] option page_size is "0". Hint: it takes the number of objects of the largest page, from 1 to 100000, such as \'1000\'',
  },
  {
    name: 'page_size that is no number',
    input: { serverOptions: { page_size: 'many' } },
    want: 'k8s_fdw[option] option page_size is "many". Hint: it takes the number of objects of the largest page, from 1 to 100000, such as \'1000\'',
  },
  {
    name: 'page_size beyond what the extension takes',
    input: { serverOptions: { page_size: '100001' } },
    want: 'k8s_fdw[option] option page_size is "100001". Hint: it takes the number of objects of the largest page, from 1 to 100000, such as \'1000\'',
  },
  {
    name: 'two tokens',
    input: { serverOptions: { api_key: TOKEN, api_key_name: 'kubernetes' } },
    want: 'k8s_fdw[option] the server has both api_key and api_key_name. Hint: keep one of them: OPTIONS (DROP "api_key")',
  },
  {
    name: 'a token that is empty',
    input: { serverOptions: { api_key: ' ' } },
    want: 'k8s_fdw[option] option api_key is empty. Hint: give it a value, or drop it: OPTIONS (DROP api_key)',
  },
  {
    name: 'apiVersion twice',
    input: { tableOptions: { ...POD, apiversion: 'v2' } },
    want: 'k8s_fdw[option] the table has both apiVersion and apiversion. Hint: keep one of them: OPTIONS (DROP "apiVersion")',
  },
  {
    name: 'a namespace that is empty',
    input: { tableOptions: { ...POD, namespace: '' } },
    want: 'k8s_fdw[option] option namespace is empty. Hint: give it a value, or drop it: OPTIONS (DROP namespace)',
  },
  {
    name: 'a token with a line break',
    input: { serverOptions: { api_key: `${TOKEN}\n${TOKEN}` } },
    want: `k8s_fdw[option] the token of option api_key ${TOKEN_CHARACTERS}`,
  },
  {
    name: 'a token with a control character',
    input: { serverOptions: { api_key: `${TOKEN}\u0001${TOKEN}` } },
    want: `k8s_fdw[option] the token of option api_key ${TOKEN_CHARACTERS}`,
  },
  {
    name: 'a token in quotes',
    input: { serverOptions: { api_key: `"${TOKEN}"` } },
    want: `k8s_fdw[option] the token of option api_key ${TOKEN_CHARACTERS}`,
  },
  ...[
    '02b50b05283e98dd0fd71db496ef01e8',
    'glpat-x1Yz9Qw3rT7uI5oP2aS4dF6gH8jK0',
    'a7B9c3D5e1F8g2H4j6K0m3N5p',
  ].map((name) => ({
    name: `an opaque token in place of a secret's name: ${name}`,
    input: { serverOptions: { api_key: null, api_key_name: name } },
    want:
      'k8s_fdw[option] option api_key_name looks like a token, and not like the name of a Vault secret. ' +
      "Hint: store the token with vault.create_secret('<token>', 'kubernetes'), and give api_key_name 'kubernetes'; if a secret has this name, give its id as api_key_id, or rename it",
  })),
  {
    name: "a token in place of the secret's name",
    input: { serverOptions: { api_key: null, api_key_name: `eyJhbGciOiJSUzI1NiJ9.${TOKEN}.${TOKEN}` } },
    want:
      'k8s_fdw[option] option api_key_name is a token itself, and not the name of a Vault secret. ' +
      "Hint: store the token with vault.create_secret('<token>', 'kubernetes'), and give api_key_name 'kubernetes'",
  },
  {
    name: 'a token from Vault with a space',
    input: {
      serverOptions: { api_key: null, api_key_id: VAULT_ID },
      vault: { [VAULT_ID]: `Bearer ${TOKEN}` },
    },
    want: `k8s_fdw[option] the token of option api_key_id ${TOKEN_CHARACTERS}`,
  },
  {
    name: 'an empty secret',
    input: { serverOptions: { api_key: null, api_key_name: 'n' }, vault: { n: ' \n' } },
    want: 'k8s_fdw[option] the token of option api_key_name is empty. Hint: store the token itself there',
  },
  {
    name: 'a secret that Vault lacks',
    input: { serverOptions: { api_key: null, api_key_id: VAULT_ID } },
    want:
      `k8s_fdw[option] Vault has no secret with the id "${VAULT_ID}" of option api_key_id. ` +
      'Hint: store the token with vault.create_secret, and see that this role may read vault.decrypted_secrets',
  },
  {
    name: 'no kind',
    input: { tableOptions: { namespace: 'x' } },
    want: `k8s_fdw[option] the table does not say which kind of object it shows. ${KIND_HINT}`,
  },
  {
    name: 'apiVersion alone',
    input: { tableOptions: { apiVersion: 'v1' } },
    want: `k8s_fdw[option] the table does not say which kind of object it shows. ${KIND_HINT}`,
  },
  {
    name: 'object and kind',
    input: { tableOptions: { object: 'pods', kind: 'Pod' } },
    want: 'k8s_fdw[option] the table has both object and kind. Hint: give it either object, or apiVersion and kind',
  },
  ...['pods/logs', 'pod/log', 'Pods/Log', 'pod_logs'].map((object) => ({
    name: `object '${object}'`,
    input: { tableOptions: { object } },
    want: `k8s_fdw[option] option object is "${object}". Hint: did you mean object 'pods/log'?`,
  })),
  {
    name: 'another subresource',
    input: { tableOptions: { object: 'deployments.apps/scale' } },
    want: `k8s_fdw[option] option object is "deployments.apps/scale". Hint: of subresources only 'pods/log' is a table; an object's status is a column of its own table`,
  },
  {
    name: 'an object that would change the path',
    input: { tableOptions: { object: '../pods' } },
    want:
      'k8s_fdw[option] option object is "../pods". ' +
      "Hint: it takes a resource, such as 'pods', 'deployments.apps' or 'deployments.v1.apps'",
  },
  {
    name: 'an apiVersion that would change the path',
    input: { tableOptions: { apiVersion: '../v1', kind: 'Pod' } },
    want:
      'k8s_fdw[option] option apiVersion is "../v1". ' +
      "Hint: it takes a version as manifests have it, such as 'v1' or 'apps/v1'",
  },
  {
    name: 'a kind that is none',
    input: { tableOptions: { kind: 'pods/log' } },
    want: 'k8s_fdw[option] option kind is "pods/log". Hint: the lines of logs are object \'pods/log\'; of other subresources there are no tables',
  },
  {
    name: 'a namespace that would change the path',
    input: { tableOptions: { ...POD, namespace: '..' } },
    want:
      'k8s_fdw[option] option namespace is "..". Hint: it takes the name of one namespace ' +
      '(lower-case letters, digits and -); without the option the table shows all',
  },
  {
    name: 'a namespace for a kind without',
    input: { tableOptions: { object: 'nodes', namespace: 'x' } },
    want:
      'k8s_fdw[option] the table has the option namespace, but objects of kind Node are in no namespace. ' +
      'Hint: drop the option: ALTER FOREIGN TABLE … OPTIONS (DROP namespace)',
  },
  {
    name: 'on_error',
    input: { tableOptions: { ...POD, on_error: 'NULL' } },
    want: `k8s_fdw[option] option on_error is "NULL". Hint: it takes 'error' or 'null'`,
  },
  {
    name: 'reveal_secrets',
    input: { tableOptions: { ...POD, reveal_secrets: 'yes' } },
    want: `k8s_fdw[option] option reveal_secrets is "yes". Hint: it takes 'true' or 'false'`,
  },
  {
    name: 'columns that are no JSON',
    input: { tableOptions: { ...POD, columns: '{name: x}' } },
    want: `k8s_fdw[option] option columns is not JSON: unexpected character at position 2. ${COLUMNS_HINT}`,
  },
  {
    name: 'columns that are no object',
    input: { tableOptions: { ...POD, columns: '["name"]' } },
    want: `k8s_fdw[option] option columns is not a JSON object. ${COLUMNS_HINT}`,
  },
  {
    name: 'a path that is no string',
    input: { tableOptions: { ...POD, columns: '{"name": 1}' } },
    want: `k8s_fdw[option] option columns: the path of column "name" is not a string. ${COLUMNS_HINT}`,
  },
  {
    name: 'a bad path',
    input: { tableOptions: { ...POD, columns: '{"name": "metadata..[x"}' } },
    want:
      'k8s_fdw[option] column "name": JSONPath "metadata..[x": "x" is not an array index at position 12. Hint: write a path ' +
      "as kubectl does, such as metadata.name, {.spec.containers[0].image} or {.metadata.labels['app']}",
  },
  {
    name: 'a column without a path',
    input: { columns: [{ name: 'image', type: 'string' }] },
    want:
      'k8s_fdw[option] column "image" has no path, and its name is not one that has a path by itself. ' +
      "Hint: write OPTIONS (alias 'spec.…') after the column's type, or, without the extension k8s_fdw, " +
      `the table option columns '{"image":"spec.…"}'`,
  },
  {
    name: 'a column whose name is like one that has a path',
    input: { columns: [{ name: 'creationTimestamp', type: 'timestamptz' }] },
    want:
      'k8s_fdw[option] column "creationTimestamp" has no path, and its name is not one that has a path by itself. ' +
      'Hint: did you mean "creation_timestamp"? Otherwise ' +
      "write OPTIONS (alias 'spec.…') after the column's type, or, without the extension k8s_fdw, " +
      `the table option columns '{"creationTimestamp":"spec.…"}'`,
  },
  {
    name: 'a column whose name is like one in the option columns',
    input: {
      columns: [{ name: 'image', type: 'string' }],
      tableOptions: { object: 'pods', columns: '{"imagee": "spec.image"}' },
    },
    want:
      'k8s_fdw[option] column "image" has no path, and its name is not one that has a path by itself. ' +
      'Hint: the option columns has "imagee": is it meant? Otherwise ' +
      "write OPTIONS (alias 'spec.…') after the column's type, or, without the extension k8s_fdw, " +
      `the table option columns '{"image":"spec.…"}'`,
  },
]

onEachEngine('options', (scan) => {
  it.each(URLS)('$name', async ({ input, want }) => {
    const result = await scan({ columns: WHOLE, ...input, respond: [list([])] })
    expect(result).toMatchObject({ error: null, warnings: [] })
    // A trailing slash of api_url would stand before the path.
    expect(result.requests.map((request) => request.url)).toEqual([API_URL + want])
  })

  it.each(ERRORS)('$name', async ({ input, want }) => {
    const result = await scan({ ...input, respond: [failure(500, 'X', 'asked in vain')] })
    expect(result).toMatchObject({ rows: [], error: want, requests: [] })
  })

  it('sends token, type and agent', async () => {
    const result = await scan({
      columns: WHOLE,
      serverOptions: { api_key: ` ${TOKEN}\n` },
      respond: [list([])],
    })
    expect(result.requests[0]?.headers).toEqual([
      ['accept', 'application/json'],
      ['user-agent', 'k8s_fdw/0.1.0'],
      ['authorization', `Bearer ${TOKEN}`],
    ])
  })

  it('sends no token where there is none', async () => {
    const result = await scan({ serverOptions: { api_key: null }, respond: [list([])] })
    expect(result.requests[0]?.headers.map(([name]) => name)).toEqual(['accept', 'user-agent'])
  })

  it.each(['api_key_id', 'api_key_name'])('takes the token of %s from Vault', async (option) => {
    const result = await scan({
      serverOptions: { api_key: null, [option]: VAULT_ID },
      vault: { [VAULT_ID]: `${TOKEN}\n` },
      respond: [list([])],
    })
    expect(result.requests[0]?.headers).toContainEqual(['authorization', `Bearer ${TOKEN}`])
  })

  it('reads columns by their names', async () => {
    const columns = [
      'name',
      'namespace',
      'uid',
      'creation_timestamp',
      'labels',
      'spec',
      'api_version',
      'kind',
    ].map((name) => ({ name, type: 'string' as const }))
    const metadata = {
      name: 'a',
      namespace: 'x',
      uid: 'u',
      creationTimestamp: '2024-01-02T03:04:05Z',
      labels: { a: 'b' },
    }
    const result = await scan({ columns, respond: [one({ metadata, spec: { n: 1 } })] })
    expect(result.rows).toEqual([
      ['a', 'x', 'u', '2024-01-02T03:04:05Z', '{"a":"b"}', '{"n":1}', 'v1', 'Pod'],
    ])
  })
})
