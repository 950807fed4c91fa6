// The options of the wrapper and of servers, in the order in which errors and the documentation list them.
import type { Option, Rule } from './declaration.ts'
import {
  API_URL,
  BEARER_PREFIX,
  COPIED_AROUND,
  KNOWN_TOKEN,
  RANDOM_TEXT,
  ROWS,
  SETTING_NAME,
  SWITCH,
  VAULT_ID,
} from './shared.ts'

const IN_HEADER: Rule = {
  unless: /^[ -~]+$/,
  problem: 'has characters beyond printable ASCII, which no header can carry',
  hint: 'Kubernetes takes the name from a header of the request.',
}
const SETTING = {
  form: SETTING_NAME,
  takes: "the name of a setting, such as 'role' or 'request.jwt.claims'",
  problem: 'must be the name of a setting, not %s',
  hint: "For example 'role', or 'request.jwt.claims'.",
} as const

const NO_TOKEN = {
  problem: 'is not a bearer token: it has white space or other characters inside',
  hint: "Give the token alone, as 'kubectl create token …' prints it.",
} as const
const TOKEN_AS_NAME = {
  problem: 'is a token itself, and not the name of a Vault secret',
  hint: "SELECT vault.create_secret('<token>', 'kubernetes'); keeps it there, and then the option is api_key_name 'kubernetes'.",
} as const

/** Where the component is. Wrappers reads them, of the server alone; the wrapper's are what new servers get. */
const PACKAGE: readonly Option[] = [
  {
    name: 'fdw_package_url',
    on: ['wrapper', 'server'],
    readBy: 'Wrappers',
    form: /^(file:\/\/\/|https?:\/\/|wargs?:\/\/)/,
    problem: 'must begin with file:///, https:// or http://, not %s',
    hint: "For example 'file:///usr/share/postgresql/15/extension/k8s_fdw-@VERSION@.wasm'.",
  },
  {
    name: 'fdw_package_name',
    on: ['wrapper', 'server'],
    readBy: 'Wrappers',
    form: /^[a-z0-9-]+:[a-z0-9-]+$/,
    problem: 'must have the form owner:name, not %s',
    hint: "The component's own name is 'k8s-fdw:k8s-fdw'.",
  },
  {
    name: 'fdw_package_version',
    on: ['wrapper', 'server'],
    readBy: 'Wrappers',
    form: /^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$/,
    problem: 'must be a version like @VERSION@, not %s',
    hint: "It is the component's own version.",
  },
  {
    name: 'fdw_package_checksum',
    on: ['wrapper', 'server'],
    readBy: 'Wrappers',
    form: /^[0-9a-f]{64}$/,
    problem: 'must be a SHA-256 checksum: 64 hexadecimal digits',
    hint: 'In lower case. The release has it in checksum.txt; sha256sum computes it.',
    doc: 'where the component is, and which one it is',
  },
]

const SECRET_AS_NAME = {
  problem: 'is a secret itself, and not the name of a Vault secret',
  hint: "SELECT vault.create_secret('<secret>', 'login'); keeps it there, and then the option is login_secret 'login'.",
} as const

/** How a new token is got before the present one ends: sql/parts/57_renew.sql. */
const LOGIN: readonly Option[] = [
  {
    name: 'login',
    on: ['server'],
    readBy: 'extension',
    values: ['service_account', 'eks', 'azure', 'google', 'oidc'],
    problem: 'must be service_account, eks, azure, google or oidc, not %s',
    hint: 'It says how k8s_fdw.renew() gets a new token.',
    words: ['auth', 'authprovider', 'renew'],
  },
  { name: 'login_client', on: ['server'], readBy: 'extension' },
  {
    name: 'login_secret',
    on: ['server'],
    readBy: 'extension',
    mayHoldToken: true,
    rules: [
      { when: /^[{[]|PRIVATE KEY/, ...SECRET_AS_NAME },
      { when: KNOWN_TOKEN, ...SECRET_AS_NAME },
      { when: RANDOM_TEXT, ...SECRET_AS_NAME },
    ],
  },
  { name: 'login_url', on: ['server'], readBy: 'extension' },
  { name: 'login_scope', on: ['server'], readBy: 'extension' },
  { name: 'login_tenant', on: ['server'], readBy: 'extension' },
  { name: 'login_cluster', on: ['server'], readBy: 'extension' },
  { name: 'login_region', on: ['server'], readBy: 'extension' },
  { name: 'login_audience', on: ['server'], readBy: 'extension' },
  {
    name: 'login_seconds',
    on: ['server'],
    readBy: 'extension',
    form: /^0*[1-9][0-9]{0,7}$/,
    problem: 'must be a number of seconds, not %s',
    hint: "For example '3600'. Kubernetes gives no token for less than 600 s.",
    doc: 'with the [extension](#the-extension-k8s_fdw): how `k8s_fdw.renew()` gets a [new token](renewing.md)',
  },
  {
    name: 'login_record',
    on: ['server'],
    readBy: 'extension',
    doc: 'written by `k8s_fdw.renew()`: when and how the token was renewed, and when it ends',
  },
  {
    name: 'login_only',
    on: ['server'],
    readBy: 'component',
    ...SWITCH,
    default: 'off',
    doc: "`'on'`: of a server that `k8s_fdw.renew()` makes for one request, and that is gone afterwards",
  },
]

function impersonation(
  name: string,
  docs: { fixed: string; setting: string },
  rules: readonly Rule[],
): Option[] {
  const on = ['server'] as const
  return [
    { name, on, readBy: 'component', rules: [IN_HEADER, ...rules], doc: docs.fixed },
    { name: `${name}_setting`, on, readBy: 'component', ...SETTING },
    { name: `${name}_path`, on, readBy: 'component' },
    { name: `${name}_prefix`, on, readBy: 'component', rules: [IN_HEADER], doc: docs.setting },
  ]
}

export const SERVER_OPTIONS: readonly Option[] = [
  {
    name: 'api_url',
    on: ['wrapper', 'server'],
    readBy: 'component',
    rulesAs: 'check_url',
    rules: [
      {
        unless: /^https?:\/\//i,
        problem: 'must be a URL that begins with https:// or http://',
        hint: "For example 'https://10.0.0.1:6443', or 'http://127.0.0.1:8001' for a kubectl proxy.",
      },
      {
        when: /^[^/]+\/\/[^/?#]*@/,
        problem: 'must not carry a user name or password',
        hint: 'Put the bearer token into api_key_id (Vault), api_key_name (Vault) or api_key.',
      },
      {
        when: /[?#]/,
        problem: 'must not have a query (?) or a fragment (#)',
        hint: 'Give the base URL of the API server only, with a path if it is served below one.',
      },
      {
        unless: API_URL,
        problem: 'is not a valid URL',
        hint: 'A URL is https://host:port, without spaces; an IPv6 address goes into [brackets].',
      },
      {
        when: /^[^/]+\/\/[^/]*:0*(0|6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4}|[1-9][0-9]{5,})(\/|$)/,
        problem: 'has a port that is none: ports are numbers from 1 to 65535',
        hint: 'An API server mostly listens on 6443 or 443, a kubectl proxy on 8001.',
      },
    ],
    words: ['url', 'server', 'host', 'endpoint'],
    doc: 'URL of the API server or of a `kubectl proxy`, required',
  },
  {
    name: 'api_key',
    on: ['server'],
    readBy: 'component',
    givesToken: true,
    mayHoldToken: true,
    mayHaveLines: true,
    longest: 65536,
    rules: [
      { unless: /^\s*[!-~]+\s*$/, ...NO_TOKEN },
      { when: new RegExp(COPIED_AROUND.source.replace('^', '^\\s*').replace('$', '\\s*$')), ...NO_TOKEN },
    ],
    words: ['token', 'bearertoken'],
    meant: '"api_key_name", with the token in Vault, or "api_key"',
  },
  {
    name: 'api_key_id',
    on: ['server'],
    readBy: 'component',
    givesToken: true,
    mayHoldToken: true,
    form: VAULT_ID,
    problem: 'must be the id (a UUID) of a Vault secret',
    hint: "The id is what vault.create_secret() returns. For a secret's name there is api_key_name.",
  },
  {
    name: 'api_key_name',
    on: ['server'],
    readBy: 'component',
    givesToken: true,
    mayHoldToken: true,
    rules: [
      { when: BEARER_PREFIX, ...TOKEN_AS_NAME },
      { when: KNOWN_TOKEN, ...TOKEN_AS_NAME },
      {
        when: RANDOM_TEXT,
        problem: 'looks like a token, and not like the name of a Vault secret',
        hint: "SELECT vault.create_secret('<token>', 'kubernetes'); and then api_key_name 'kubernetes'. If a secret has this name, give its id as api_key_id, or rename it.",
      },
    ],
    doc: 'one of the three, the bearer token: itself, its id in Vault, or its name there. None: no token is sent',
  },
  {
    name: 'kubeconfig',
    on: ['wrapper', 'server'],
    readBy: 'extension',
    mayHoldToken: true,
    mayHaveLines: true,
    longest: 1048576,
    rules: [
      {
        // The last form is what stays of a text: see sql/parts/70_servers.sql.
        unless: /^\/|[\n{]|^text, context /,
        problem: 'is neither an absolute path nor the text of a kubeconfig',
        hint: 'A path begins with / and is one on the database server. The text is what this prints: kubectl config view --raw --minify --flatten',
      },
    ],
    words: ['config'],
  },
  {
    name: 'context',
    on: ['server'],
    readBy: 'extension',
    doc: 'with the [extension](#the-extension-k8s_fdw): a kubeconfig and which of its contexts, in place of `api_url` and the token. [credentials.md](credentials.md) has more',
  },
  {
    name: 'page_size',
    on: ['server'],
    readBy: 'component',
    form: /^0*([1-9][0-9]{0,4}|100000)$/,
    takes: "the number of objects of the largest page, from 1 to 100000, such as '1000'",
    problem: 'must be a whole number from 1 to 100000, not %s',
    hint: 'It is the largest number of objects that one request asks for.',
    doc: 'objects of the largest page. Default: 10000, and 100000 where names or a count are all that is asked for',
  },
  {
    name: 'forbidden',
    on: ['server'],
    readBy: 'component',
    values: ['error', 'skip'],
    default: 'error',
    problem: 'must be error or skip, not %s',
    hint: 'skip: a table of several namespaces leaves out those that may not be listed, with a warning.',
    doc: "`'skip'`: a table over several or all namespaces leaves out those that the token may not list, with a warning",
  },
  {
    name: 'unreachable',
    on: ['server'],
    readBy: 'component',
    values: ['error', 'skip'],
    default: 'error',
    problem: 'must be error or skip, not %s',
    hint: 'skip: while the API server cannot be reached, its tables have no rows, with a warning.',
    doc: "`'skip'`: while the API server cannot be reached, its tables have no rows, with a warning that names the cluster. It is for a table over several clusters, and does not hold for kept tables, `watch`, and tables that show no objects, such as `version`",
  },
  {
    name: 'trace',
    on: ['server'],
    readBy: 'component',
    ...SWITCH,
    default: 'off',
    doc: "`'on'` prints each request",
  },
  {
    name: 'session_settings',
    on: ['server'],
    readBy: 'component',
    ...SWITCH,
    doc: "`'on'`: the session's settings are read, see [below](#session-settings). Default: `'on'` with a token in Vault, otherwise `'off'`",
  },
  {
    name: 'stats',
    on: ['server'],
    readBy: 'component',
    ...SWITCH,
    default: 'off',
    doc: "`'on'` adds each scan to Wrappers' table of statistics, in your transaction; the extension's own library has no such table",
  },
  {
    name: 'max_rows',
    on: ['server'],
    readBy: 'component',
    form: /^[1-9][0-9]{0,8}$/,
    takes: "the most rows that one scan may give, such as '10000'",
    problem: 'must be the most rows that one scan may give, from 1 to 999999999, not %s',
    hint: "For example '10000'. A scan of more rows is an error, and never a shorter answer.",
    words: ['row_limit', 'limit'],
    doc: 'the most rows that one scan may give; more is an error, and never a shorter answer. Default: no bound',
  },
  {
    name: 'max_bytes',
    on: ['server'],
    readBy: 'component',
    form: /^[1-9][0-9]{0,5}(kB|MB|GB)$/,
    takes: "the most that one scan may read from the API server, with its unit: kB, MB or GB, such as '64MB'",
    problem: 'must be an amount with its unit, kB, MB or GB, not %s',
    hint: "For example '64MB': the most that one scan may read from the API server.",
    words: ['byte_limit'],
    doc: "the most that one scan may read from the API server, such as `'64MB'`; more is an error. Default: no bound",
  },
  {
    name: 'writes',
    on: ['server'],
    readBy: 'component',
    ...SWITCH,
    default: 'off',
    words: ['writable', 'updatable', 'write', 'readonly'],
    doc: "`'on'`: [INSERT, UPDATE and DELETE](changing.md) change the cluster's objects, where the table does not say otherwise",
  },
  {
    name: 'max_writes',
    on: ['server'],
    readBy: 'component',
    ...ROWS,
    default: '100',
    doc: 'the most rows that one statement may change, where the table does not say otherwise',
  },
  ...LOGIN,
  ...impersonation(
    'impersonate_user',
    {
      fixed: 'requests are made as this user, see [impersonation](#impersonation)',
      setting:
        'as the user that a setting of the session names; where in its JSON; and what stands before the name',
    },
    [],
  ),
  ...impersonation(
    'impersonate_groups',
    {
      fixed: 'the group that this user is in: Wrappers can send only one',
      setting: 'the same for the group',
    },
    [
      {
        when: /,/,
        problem: 'has several groups, and Wrappers can send only one',
        hint: 'Grant the rights to one group, or to the user, and impersonate that.',
      },
    ],
  ),
  ...PACKAGE,
]
