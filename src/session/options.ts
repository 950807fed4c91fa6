// Option strings of server and table → ServerOptions and TableOptions, validated.
// Makes no request, and prints no secret.
import type { KindOptions } from '../cluster/kinds.ts'
import {
  API_URL,
  SERVER_FORBIDDEN,
  SERVER_LOGIN_ONLY,
  SERVER_MAX_BYTES,
  SERVER_MAX_ROWS,
  SERVER_PAGE_SIZE,
  SERVER_SESSION_SETTINGS,
  SERVER_STATS,
  SERVER_UNREACHABLE,
  SERVER_TRACE,
  TABLE_NAMESPACE,
  TABLE_NAMESPACES,
  TABLE_ON_ERROR,
  TABLE_REVEAL_SECRETS,
  TABLE_WATCH,
  TABLE_WRITES,
  TOKEN_OPTIONS,
} from '../declared.ts'
import { FdwError } from '../errors.ts'
import type { OptionSource } from '../host.ts'
import { parseJson } from '../json/parse.ts'
import { isObject } from '../json/values.ts'
import { shown } from '../text/shown.ts'
import { readImpersonationOptions } from './impersonation.ts'
import type { ImpersonationOptions } from './impersonation.ts'
import { declared, hold, isOn, optionText } from './option-text.ts'

/**
 * The server's options, checked, with defaults filled in.
 * @example
 * // OPTIONS (api_url 'https://10.0.0.1:6443/', api_key_name 'kubernetes', page_size '200'):
 * {
 *   apiUrl: 'https://10.0.0.1:6443', apiKey: null, apiKeyId: null, apiKeyName: 'kubernetes',
 *   impersonation: null, pageSize: 200, forbidden: 'error', unreachable: 'error', trace: false,
 *   sessionSettings: true, // by default, because reading Vault has cost a transaction id already
 *   stats: false, maxRows: null, maxBytes: null, loginOnly: false,
 * }
 */
export interface ServerOptions {
  /** An http or https URL without user, query and trailing slash. It may have a path. Required. */
  readonly apiUrl: string
  /** The bearer token itself. At most one of `apiKey`, `apiKeyId` and `apiKeyName` is given. */
  readonly apiKey: string | null
  /** The id of a secret in Vault, which is a UUID. The option's text is not checked here. */
  readonly apiKeyId: string | null
  /** The name of a secret in Vault. The option's text is not checked here. */
  readonly apiKeyName: string | null
  /** Whom requests are made as; null for the token's own user. */
  readonly impersonation: ImpersonationOptions | null
  /** The largest number of objects in a page, from 1; null if the user does not say, and then the pager decides. */
  readonly pageSize: number | null
  /** What becomes of a namespace that the user may not list. Default: `error`. `skip` leaves it out, with a warning. */
  readonly forbidden: 'error' | 'skip'
  /** What becomes of a scan whose API server cannot be reached. Default: `error`. `skip` has no rows, with a warning. */
  readonly unreachable: 'error' | 'skip'
  /** Whether each request is printed if the session's setting `k8s_fdw.trace` does not say. Default: false. */
  readonly trace: boolean
  /**
   * Whether the session's settings are read, which costs a transaction id. Default: only if the query has one anyway.
   */
  readonly sessionSettings: boolean
  /** Whether the host's statistics are written, which happens in the user's transaction. Default: false. */
  readonly stats: boolean
  /** The most rows that a scan may give; null without a bound. */
  readonly maxRows: number | null
  /** The most bytes that a scan may read from the API server; null without a bound. */
  readonly maxBytes: number | null
  /** Whether the server is there for one request of a login, with what the session's settings say. Default: false. */
  readonly loginOnly: boolean
}

/**
 * The table's options, checked, with defaults filled in.
 * @example
 * // OPTIONS (apiVersion 'apps/v1', kind 'Deployment', namespaces 'shop, web', columns '{"image": "spec.image"}'):
 * {
 *   kind: { apiVersion: 'apps/v1', kind: 'Deployment', object: null },
 *   namespace: null, namespaces: ['shop', 'web'], labelSelector: null, fieldSelector: null,
 *   paths: new Map([['image', 'spec.image']]), onError: 'error', revealSecrets: false,
 *   watch: false,
 * }
 */
export interface TableOptions {
  /** What the table shows: either `object`, or `kind` with or without `apiVersion`. */
  readonly kind: KindOptions
  /** The only namespace to read. If it is null, `namespaces` decides. At most one of the two is given. */
  readonly namespace: string | null
  /** The namespaces to read, each once; null for all of them. */
  readonly namespaces: readonly string[] | null
  /** As in kubectl's `-l`; null for all objects. The API server checks it. */
  readonly labelSelector: string | null
  /** As in kubectl's `--field-selector`; null for all objects. The API server checks it. */
  readonly fieldSelector: string | null
  /** JSONPath by column name. A column that is not in it has a path that its name says. The paths are not parsed yet. */
  readonly paths: ReadonlyMap<string, string>
  /** What becomes of a value that does not fit its column's type. Default: `error`. */
  readonly onError: 'error' | 'null'
  /** Whether the values of Secrets are shown. Default: false, and then they are `***`. */
  readonly revealSecrets: boolean
  /** Whether the rows are changes of objects. Default: false. */
  readonly watch: boolean
}

/** The option `columns` is flat; a little more room lets the error say what is wrong with it. */
const MAX_DEPTH = 8
const MOST_PORT = 65535

/** The error of two options of which one would have to win without a word. `dropped` is the one to drop. */
function bothGiven(where: string, dropped: string, other: string): FdwError {
  return new FdwError(
    'option',
    `${where} has both ${dropped} and ${other}`,
    `keep one of them: OPTIONS (DROP "${dropped}")`,
  )
}

function apiUrl(host: OptionSource): string {
  const text = optionText(host, 'server', 'api_url')
  if (text === null) {
    if (optionText(host, 'server', 'kubeconfig') === null) {
      throw new FdwError(
        'option',
        'the server has no option api_url',
        "give it the API server's URL: ALTER SERVER … OPTIONS (ADD api_url 'https://…'); a misspelt option does not count",
      )
    }
    throw new FdwError(
      'option',
      'the server has the option kubeconfig, but not api_url, and a wrapper cannot read a kubeconfig by itself',
      'create the extension k8s_fdw, which reads it, and then the server anew; if it is there without event triggers, SELECT * FROM k8s_fdw.apply(); or give the server api_url and api_key',
    )
  }
  const match = API_URL.exec(text)
  if (match === null) {
    throw new FdwError(
      'option',
      'option api_url is not the URL of an API server: http:// or https://, a host, perhaps a port and a path, and nothing else',
      "write it like 'https://10.0.0.1:6443'; a token goes into api_key, api_key_id or api_key_name",
    )
  }
  const port = match[1] ?? ''
  if (port !== '' && !(Number(port) >= 1 && Number(port) <= MOST_PORT)) {
    throw new FdwError(
      'option',
      `option api_url has the port ${shown(port)}, and ports are numbers from 1 to ${MOST_PORT}`,
      'an API server mostly listens on 6443 or 443, a kubectl proxy on 8001',
    )
  }
  let end = text.length
  while (text.charAt(end - 1) === '/') end--
  return text.slice(0, end)
}

const UNITS: { readonly [unit: string]: number } = { kB: 1024, MB: 1_048_576, GB: 1_073_741_824 }

/** `64MB` → 67108864, with the units of Postgres. */
function bytesOf(text: string): number {
  return parseInt(text, 10) * (UNITS[text.slice(-2)] ?? 1)
}

/**
 * Reads the server's options. Looks up neither Vault nor settings.
 * @throws {FdwError} option, if one is missing or malformed, or if two of them contradict each other.
 */
export function readServerOptions(host: OptionSource): ServerOptions {
  const apiKey = optionText(host, 'server', 'api_key')
  const apiKeyId = optionText(host, 'server', 'api_key_id')
  const apiKeyName = optionText(host, 'server', 'api_key_name')
  const keys = TOKEN_OPTIONS.filter((name) => host.option('server', name) !== null)
  if (keys.length > 1) throw bothGiven('the server', keys[0] ?? '', keys[1] ?? '')
  const pageSize = declared(host, SERVER_PAGE_SIZE)
  const maxRows = declared(host, SERVER_MAX_ROWS)
  const maxBytes = declared(host, SERVER_MAX_BYTES)
  const impersonation = readImpersonationOptions(host)
  // Reading Vault or a setting has cost a transaction id already.
  const hasWritten =
    (apiKey === null && (apiKeyId !== null || apiKeyName !== null)) || impersonation?.fromSettings === true
  return Object.freeze({
    apiUrl: apiUrl(host),
    apiKey,
    apiKeyId,
    apiKeyName,
    impersonation,
    pageSize: pageSize === null ? null : Number(pageSize),
    forbidden: declared(host, SERVER_FORBIDDEN) === 'skip' ? 'skip' : 'error',
    unreachable: declared(host, SERVER_UNREACHABLE) === 'skip' ? 'skip' : 'error',
    trace: isOn(declared(host, SERVER_TRACE)),
    sessionSettings: isOn(declared(host, SERVER_SESSION_SETTINGS) ?? (hasWritten ? 'on' : 'off')),
    stats: isOn(declared(host, SERVER_STATS)),
    maxRows: maxRows === null ? null : Number(maxRows),
    maxBytes: maxBytes === null ? null : bytesOf(maxBytes),
    loginOnly: isOn(declared(host, SERVER_LOGIN_ONLY)),
  })
}

function kindOptions(host: OptionSource): KindOptions {
  // Postgres folds an unquoted apiVersion to lower case.
  const quoted = optionText(host, 'table', 'apiVersion')
  const folded = optionText(host, 'table', 'apiversion')
  if (quoted !== null && folded !== null) throw bothGiven('the table', 'apiVersion', 'apiversion')
  const apiVersion = quoted ?? folded
  const kind = optionText(host, 'table', 'kind')
  const object = optionText(host, 'table', 'object')
  if (kind === null && object === null) {
    throw new FdwError(
      'option',
      'the table does not say which kind of object it shows',
      "give it apiVersion and kind, such as OPTIONS (apiVersion 'apps/v1', kind 'Deployment'), or object 'deployments.apps'; a misspelt option does not count",
    )
  }
  if (object !== null && (kind !== null || apiVersion !== null)) {
    throw new FdwError(
      'option',
      `the table has both object and ${kind === null ? 'apiVersion' : 'kind'}`,
      'give it either object, or apiVersion and kind',
    )
  }
  return { apiVersion, kind, object }
}

function namespacesOption(host: OptionSource): string[] | null {
  const text = optionText(host, 'table', 'namespaces')
  if (text === null) return null
  if (optionText(host, 'table', 'namespace') !== null) {
    throw new FdwError(
      'option',
      'the table has both namespace and namespaces',
      'give it one of them: ALTER FOREIGN TABLE … OPTIONS (DROP namespace)',
    )
  }
  const names = text.split(',').map((name) => name.trim())
  for (const name of names) hold(TABLE_NAMESPACES, name)
  return names.filter((name, i) => names.indexOf(name) === i)
}

function columnPaths(host: OptionSource): Map<string, string> {
  const paths = new Map<string, string>()
  const text = optionText(host, 'table', 'columns')
  if (text === null) return paths
  const hint = `it takes a JSON object of paths, such as '{"image": "spec.containers[0].image"}'`
  const parsed = parseJson(text, MAX_DEPTH, Number)
  if ('problem' in parsed) {
    throw new FdwError(
      'option',
      `option columns is not JSON: ${parsed.problem} at position ${parsed.position + 1}`,
      hint,
    )
  }
  const value = parsed.value
  if (!isObject(value)) {
    throw new FdwError('option', 'option columns is not a JSON object', hint)
  }
  for (const name of Object.keys(value)) {
    const path = value[name]
    if (typeof path !== 'string') {
      throw new FdwError(
        'option',
        `option columns: the path of column ${JSON.stringify(name)} is not a string`,
        hint,
      )
    }
    paths.set(name, path)
  }
  return paths
}

/**
 * Reads the table's options.
 * @throws {FdwError} option, if one is missing or malformed, or if two of them contradict each other.
 */
export function readTableOptions(host: OptionSource): TableOptions {
  const watch = isOn(declared(host, TABLE_WATCH))
  if (watch && isOn(declared(host, TABLE_WRITES) ?? 'off')) throw bothGiven('the table', 'writes', 'watch')
  return Object.freeze({
    kind: kindOptions(host),
    namespace: declared(host, TABLE_NAMESPACE),
    namespaces: namespacesOption(host),
    labelSelector: optionText(host, 'table', 'label_selector'),
    fieldSelector: optionText(host, 'table', 'field_selector'),
    paths: columnPaths(host),
    onError: declared(host, TABLE_ON_ERROR) === 'null' ? 'null' : 'error',
    revealSecrets: declared(host, TABLE_REVEAL_SECRETS) === 'true',
    watch,
  })
}
