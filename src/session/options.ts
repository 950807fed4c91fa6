// Option strings of server and table → ServerOptions and TableOptions, validated.
// Makes no request, and prints no secret.
import type { KindOptions } from '../cluster/kinds.ts'
import { isNamespaceName } from '../cluster/selectors.ts'
import { FdwError } from '../errors.ts'
import type { OptionSource, OptionsType } from '../host.ts'
import { parseJson } from '../json/parse.ts'
import { isObject } from '../json/values.ts'
import { shown } from '../text/shown.ts'
import { readImpersonationOptions } from './impersonation.ts'
import type { ImpersonationOptions } from './impersonation.ts'
import { optionText } from './option-text.ts'

export interface ServerOptions {
  /** Without a trailing slash. */
  readonly apiUrl: string
  readonly apiKey: string | null
  readonly apiKeyId: string | null
  readonly apiKeyName: string | null
  /** Whom requests are made as; null: the token's own user. */
  readonly impersonation: ImpersonationOptions | null
  /** Largest page, objects; null where nobody says. */
  readonly pageSize: number | null
  /** What a namespace does that must not be listed, where several are read. */
  readonly forbidden: 'error' | 'skip'
  /** Whether each request is printed, where the session does not say. */
  readonly trace: boolean
  /** Whether the session's settings are read. */
  readonly sessionSettings: boolean
  /** Whether the host's statistics are written: in the user's transaction, so only if asked for. */
  readonly stats: boolean
}

export interface TableOptions {
  readonly kind: KindOptions
  /** null: all namespaces. */
  readonly namespace: string | null
  /** Instead of all; null: all. */
  readonly namespaces: readonly string[] | null
  readonly labelSelector: string | null
  readonly fieldSelector: string | null
  /** Column name → path. */
  readonly paths: ReadonlyMap<string, string>
  /** What a value does that does not fit its column's type. */
  readonly onError: 'error' | 'null'
  readonly revealSecrets: boolean
}

/** The option `columns` is flat; a little more room lets the error say what is wrong with it. */
const MAX_DEPTH = 8
const SWITCH = ['on', 'off', 'true', 'false']
const MOST_PAGE_SIZE = 100000
const MOST_PORT = 65535
const TOKEN_OPTIONS = ['api_key', 'api_key_id', 'api_key_name']

/** The error of two options of which one would have to win without a word. `dropped` is the one to drop. */
function bothGiven(where: string, dropped: string, other: string): FdwError {
  return new FdwError(
    'option',
    `${where} has both ${dropped} and ${other}`,
    `keep one of them: OPTIONS (DROP "${dropped}")`,
  )
}

function oneOf(
  host: OptionSource,
  type: OptionsType,
  name: string,
  allowed: readonly string[],
  fallback: string,
): string {
  const text = optionText(host, type, name)
  if (text === null) return fallback
  if (allowed.includes(text)) return text
  throw new FdwError(
    'option',
    `option ${name} is ${shown(text)}`,
    `it takes ${allowed.map((value) => `'${value}'`).join(' or ')}`,
  )
}

function isOn(text: string): boolean {
  return text === 'on' || text === 'true'
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
  const match = /^[hH][tT][tT][pP][sS]?:\/\/([^/?#]*)(\/[^?#]*)?$/.exec(text)
  const authority = match?.[1] ?? ''
  const port = /:([^\]:]*)$/.exec(authority)?.[1] ?? ''
  // A user name and password in the URL would be printed with it; a host with % or \ is another one to the HTTP client.
  if (authority === '' || /[@%\\]/.test(authority) || !/^[!-~]+$/.test(text) || !/^[0-9]*$/.test(port)) {
    throw new FdwError(
      'option',
      'option api_url is not the URL of an API server: http:// or https://, a host, perhaps a port and a path, and nothing else',
      "write it like 'https://10.0.0.1:6443'; a token goes into api_key, api_key_id or api_key_name",
    )
  }
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

function pageSize(host: OptionSource): number | null {
  const text = optionText(host, 'server', 'page_size')
  if (text === null) return null
  const size = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0
  if (size >= 1 && size <= MOST_PAGE_SIZE) return size
  throw new FdwError(
    'option',
    `option page_size is ${shown(text)}`,
    `it takes the number of objects of the largest page, from 1 to ${MOST_PAGE_SIZE}, such as '1000'`,
  )
}

/** @throws {FdwError} option. */
export function readServerOptions(host: OptionSource): ServerOptions {
  const apiKey = optionText(host, 'server', 'api_key')
  const apiKeyId = optionText(host, 'server', 'api_key_id')
  const apiKeyName = optionText(host, 'server', 'api_key_name')
  const keys = TOKEN_OPTIONS.filter((_, i) => [apiKey, apiKeyId, apiKeyName][i] !== null)
  if (keys.length > 1) throw bothGiven('the server', keys[0] ?? '', keys[1] ?? '')
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
    pageSize: pageSize(host),
    forbidden: oneOf(host, 'server', 'forbidden', ['error', 'skip'], 'error') === 'skip' ? 'skip' : 'error',
    trace: isOn(oneOf(host, 'server', 'trace', SWITCH, 'off')),
    sessionSettings: isOn(oneOf(host, 'server', 'session_settings', SWITCH, hasWritten ? 'on' : 'off')),
    stats: isOn(oneOf(host, 'server', 'stats', SWITCH, 'off')),
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

function checkNamespace(option: string, namespace: string): void {
  if (isNamespaceName(namespace)) return
  throw new FdwError(
    'option',
    `option ${option} is ${shown(namespace)}`,
    option === 'namespace'
      ? 'it takes the name of one namespace (lower-case letters, digits and -); without the option the table shows all'
      : "it takes names of namespaces (lower-case letters, digits and -) with commas between them, such as 'default,web'",
  )
}

function namespaceOption(host: OptionSource): string | null {
  const namespace = optionText(host, 'table', 'namespace')
  if (namespace !== null) checkNamespace('namespace', namespace)
  return namespace
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
  for (const name of names) checkNamespace('namespaces', name)
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

/** @throws {FdwError} option. */
export function readTableOptions(host: OptionSource): TableOptions {
  return Object.freeze({
    kind: kindOptions(host),
    namespace: namespaceOption(host),
    namespaces: namespacesOption(host),
    labelSelector: optionText(host, 'table', 'label_selector'),
    fieldSelector: optionText(host, 'table', 'field_selector'),
    paths: columnPaths(host),
    onError: oneOf(host, 'table', 'on_error', ['error', 'null'], 'error') === 'null' ? 'null' : 'error',
    revealSecrets: oneOf(host, 'table', 'reveal_secrets', ['true', 'false'], 'false') === 'true',
  })
}
