// The options' values and forms, and names that the SQL extension must agree on, as far as the component needs them.
// Made of options/ by node options/generate.ts, so never edited by hand.
import type { OptionsType } from './host.ts'

/** How an option is asked for. */
interface Asked<Fallback extends string | null> {
  readonly type: OptionsType
  readonly name: string
  /** Where the option is not given. */
  readonly fallback: Fallback
}

/** An option whose value has a form. */
export interface Form<Fallback extends string | null = string | null> extends Asked<Fallback> {
  /** Of a list each part has it. */
  readonly pattern: RegExp
  /** For the hint, after `it takes `. */
  readonly takes: string
}

/** An option that is one of a few words. */
export interface Choice<Fallback extends string | null = string | null> extends Asked<Fallback> {
  readonly values: readonly string[]
}

/** A call is fewer bytes than an object written out. */
function form<Fallback extends string | null>(
  type: OptionsType,
  name: string,
  pattern: RegExp,
  takes: string,
  fallback: Fallback,
): Form<Fallback> {
  return { type, name, pattern, takes, fallback }
}

function choice<Fallback extends string | null>(
  type: OptionsType,
  name: string,
  values: readonly string[],
  fallback: Fallback,
): Choice<Fallback> {
  return { type, name, values, fallback }
}

// options/shared.ts says what each is.
export const API_URL =
  /^https?:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?)(?::([0-9]+))?(?:\/[!"$->@-~]*)?$/i
export const API_VERSION =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[a-z]([-a-z0-9]*[a-z0-9])?$/
export const BEARER_PREFIX = /^bearer +\S/i
export const COPIED_AROUND = /^["'<]|["'>]$/
export const KIND = /^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$/
export const KNOWN_TOKEN =
  /(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[bB]earer +[!-~]{16})/
export const NAMESPACE_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
export const RANDOM_TEXT = /(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}/
export const SUBRESOURCE = /^[A-Za-z][A-Za-z.-]*\/[A-Za-z]+$/
export const TOKEN_CHARACTERS = /^[!-~]+$/
export const VAULT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const SERVER_PAGE_SIZE = form(
  'server',
  'page_size',
  /^0*([1-9][0-9]{0,4}|100000)$/,
  "the number of objects of the largest page, from 1 to 100000, such as '1000'",
  null,
)
export const SERVER_FORBIDDEN = choice('server', 'forbidden', ['error', 'skip'], 'error')
export const SERVER_UNREACHABLE = choice('server', 'unreachable', SERVER_FORBIDDEN.values, 'error')
export const SERVER_TRACE = choice('server', 'trace', ['on', 'off', 'true', 'false'], 'off')
export const SERVER_SESSION_SETTINGS = choice('server', 'session_settings', SERVER_TRACE.values, null)
export const SERVER_STATS = choice('server', 'stats', SERVER_TRACE.values, 'off')
export const SERVER_MAX_ROWS = form(
  'server',
  'max_rows',
  /^[1-9][0-9]{0,8}$/,
  "the most rows that one scan may give, such as '10000'",
  null,
)
export const SERVER_MAX_BYTES = form(
  'server',
  'max_bytes',
  /^[1-9][0-9]{0,5}(kB|MB|GB)$/,
  "the most that one scan may read from the API server, with its unit: kB, MB or GB, such as '64MB'",
  null,
)
export const SERVER_WRITES = choice('server', 'writes', SERVER_TRACE.values, 'off')
export const SERVER_MAX_WRITES = form(
  'server',
  'max_writes',
  /^[1-9][0-9]{0,5}$/,
  "the most rows that one statement may change, from 1 to 999999, such as '1000'",
  '100',
)
export const SERVER_LOGIN_ONLY = choice('server', 'login_only', SERVER_TRACE.values, 'off')
export const SERVER_IMPERSONATE_USER_SETTING = form(
  'server',
  'impersonate_user_setting',
  /^[A-Za-z_][A-Za-z0-9_$.]*$/,
  "the name of a setting, such as 'role' or 'request.jwt.claims'",
  null,
)
export const SERVER_IMPERSONATE_GROUPS_SETTING = form(
  'server',
  'impersonate_groups_setting',
  SERVER_IMPERSONATE_USER_SETTING.pattern,
  SERVER_IMPERSONATE_USER_SETTING.takes,
  null,
)
export const TABLE_NAMESPACE = form(
  'table',
  'namespace',
  NAMESPACE_NAME,
  'the name of one namespace (lower-case letters, digits and -); without the option the table shows all',
  null,
)
export const TABLE_NAMESPACES = form(
  'table',
  'namespaces',
  NAMESPACE_NAME,
  "names of namespaces (lower-case letters, digits and -) with commas between them, such as 'default,web'",
  null,
)
export const TABLE_WATCH = choice('table', 'watch', SERVER_TRACE.values, 'off')
export const TABLE_WRITES = choice('table', 'writes', SERVER_TRACE.values, null)
export const TABLE_MAX_WRITES = form(
  'table',
  'max_writes',
  SERVER_MAX_WRITES.pattern,
  SERVER_MAX_WRITES.takes,
  null,
)
export const TABLE_ON_INSERT = choice('table', 'on_insert', ['create', 'apply'], 'create')
export const TABLE_FORCE = choice('table', 'force', SERVER_TRACE.values, 'off')
export const TABLE_PROPAGATION_POLICY = choice(
  'table',
  'propagation_policy',
  ['Background', 'Foreground', 'Orphan'],
  'Background',
)
export const TABLE_GRACE_PERIOD_SECONDS = form(
  'table',
  'grace_period_seconds',
  /^[0-9]{1,9}$/,
  "whole seconds, such as '30'",
  null,
)
export const TABLE_SUBRESOURCE = choice('table', 'subresource', ['status', 'scale'], null)
export const TABLE_ON_ERROR = choice('table', 'on_error', ['error', 'null'], 'error')
export const TABLE_REVEAL_SECRETS = choice('table', 'reveal_secrets', ['true', 'false'], 'false')
export const IMPORT_DEPTH = form(
  'import-schema',
  'depth',
  /^[0-9]$/,
  '0 to 9: how many levels of spec and status become columns',
  '1',
)
export const IMPORT_PREFIX = form(
  'import-schema',
  'prefix',
  /^[a-z_][a-z0-9_]{0,30}$/,
  'what the names of the tables are to begin with: up to 31 lower-case letters, digits and _',
  null,
)
export const IMPORT_NAMESPACE = form(
  'import-schema',
  'namespace',
  NAMESPACE_NAME,
  'the name of one namespace, which all tables will show; without the option they show all',
  null,
)
export const IMPORT_WRITES = choice('import-schema', 'writes', ['on', 'off'], 'off')
export const IMPORT_COMMENTS = choice('import-schema', 'comments', IMPORT_WRITES.values, null)
export const IMPORT_ON_ERROR = choice('import-schema', 'on_error', TABLE_ON_ERROR.values, 'null')

/** The options of IMPORT FOREIGN SCHEMA, and other words for each; '' for what only tables, or other wrappers, take. */
export const IMPORT_WORDS: { readonly [meant: string]: string } = {
  depth: 'levels max_depth maxdepth maxDepth',
  prefix: 'table_prefix tableprefix tablePrefix name_prefix',
  namespace: 'ns namespaces',
  writes: 'writable updatable write',
  comments: 'descriptions',
  on_error: 'onError on_misfit',
  '': 'object kind apiVersion apiversion label_selector labels field_selector columns reveal_secrets suffix schema strict import_default import_collate import_not_null',
}

export const MAY_HOLD_TOKEN = 'api_key api_key_id api_key_name kubeconfig login_secret'.split(' ')
/** A server has one of them at most. */
export const TOKEN_OPTIONS = 'api_key api_key_id api_key_name'.split(' ')

/** What the extension's own library says beyond the contract, in place of options of the server. */
export const HOST_DEEP_JSON = 'host_deep_json'
export const HOST_LOGIN_HINT = 'host_login_hint'

/** The rule for `did you mean`. */
export const TWO_EDITS_FROM = 6
export const LETTERS_FOR_AN_EDIT = 4
export const LONGEST_COMPARED = 100

/** ObjectMeta of k8s.io/apimachinery. */
export const META_FIELDS =
  'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields'.split(
    ' ',
  )

/** What a table's `object` may be beside a resource. */
export type VirtualName =
  'version' | 'whoami' | 'can_i' | 'api_resources' | 'pods/log' | 'manifests' | 'can_show' | 'login_answer'
/** Those that a hint may lead to. */
export const VIRTUAL_NAMES = 'version whoami can_i api_resources pods/log manifests'.split(' ')
