// Whom requests are made as: a user and a group, from the server's options and the session's settings. If a user is to
// be impersonated, no request may go out without it: anything doubtful is an error.
import type { Impersonation } from '../cluster/requests.ts'
import { SERVER_IMPERSONATE_GROUPS_SETTING, SERVER_IMPERSONATE_USER_SETTING } from '../declared.ts'
import type { Form } from '../declared.ts'
import { FdwError } from '../errors.ts'
import type { JsonPath, OptionSource, SessionSettings } from '../host.ts'
import { parseJson } from '../json/parse.ts'
import { valueAt } from '../json/values.ts'
import type { JsonValue } from '../json/values.ts'
import { compilePath } from '../jsonpath/compile.ts'
import { holdsToken, shown } from '../text/shown.ts'
import { hold, optionText } from './option-text.ts'

/** Where a name comes from: the option itself, or a setting of the session. */
interface Source {
  /** The name of the option, for messages. */
  readonly option: string
  readonly fixed: string
  readonly setting: string | null
  /**
   * The paths into the setting's JSON, of which the first that leads to a value counts; null if the setting is the name
   * itself.
   */
  readonly places: readonly JsonPath[] | null
  readonly path: string
  readonly prefix: string
}

export interface ImpersonationOptions {
  readonly user: Source
  readonly groups: Source | null
  /** True if a setting of the session is read. */
  readonly fromSettings: boolean
}

/** No token has claims that are nested this deep. */
const MAX_DEPTH = 100
const PRINTABLE = /^[ -~]*$/
/** The names of Kubernetes' own users and groups begin like this. */
const RESERVED = 'system:'

function placesOf(option: string, path: string): readonly JsonPath[] {
  const compiled = compilePath(path)
  if (compiled.type === 'plain') return compiled.places
  throw new FdwError(
    'option',
    `option ${option} is ${shown(path)}`,
    "it takes a path to one value, such as 'email' or 'app_metadata.kubernetes.user'",
  )
}

/** Reads the options NAME, NAME_setting, NAME_path and NAME_prefix; null if neither of the first two is given. */
function readSource(host: OptionSource, name: string, settingForm: Form): Source | null {
  const fixed = optionText(host, 'server', name)
  const setting = optionText(host, 'server', `${name}_setting`)
  const path = optionText(host, 'server', `${name}_path`)
  const prefix = optionText(host, 'server', `${name}_prefix`)
  if (fixed !== null && setting !== null) {
    throw new FdwError(
      'option',
      `the server has both ${name} and ${name}_setting`,
      `keep one of them: ALTER SERVER … OPTIONS (DROP ${name})`,
    )
  }
  const lonely = path === null ? 'prefix' : 'path'
  if (setting === null && (path !== null || prefix !== null)) {
    throw new FdwError(
      'option',
      `the server has ${name}_${lonely}, but not ${name}_setting`,
      `add the setting that it is for, or drop it: ALTER SERVER … OPTIONS (DROP ${name}_${lonely})`,
    )
  }
  if (fixed === null && setting === null) return null
  if (setting !== null) hold(settingForm, setting)
  return {
    option: name,
    fixed: fixed ?? '',
    setting,
    places: path === null ? null : placesOf(`${name}_path`, path),
    path: path ?? '',
    prefix: prefix ?? '',
  }
}

/** Whom the server's options ask to impersonate; null for nobody. @throws {FdwError} option. */
export function readImpersonationOptions(host: OptionSource): ImpersonationOptions | null {
  const user = readSource(host, 'impersonate_user', SERVER_IMPERSONATE_USER_SETTING)
  const groups = readSource(host, 'impersonate_groups', SERVER_IMPERSONATE_GROUPS_SETTING)
  if (user !== null) {
    return { user, groups, fromSettings: user.setting !== null || (groups?.setting ?? null) !== null }
  }
  if (groups === null) return null
  throw new FdwError(
    'option',
    'the server has a group to impersonate, but no user',
    'Kubernetes takes a group only together with a user: add impersonate_user or impersonate_user_setting',
  )
}

/**
 * The text of a setting. Without a SET ROLE the setting `role` is none, and then the role is the user who logged in.
 */
function settingText(host: SessionSettings, name: string): string {
  const text = host.setting(name) ?? ''
  if (name.toLowerCase() === 'role' && text === 'none') return settingText(host, 'session_authorization')
  if (text.trim() !== '') return text
  throw new FdwError(
    'option',
    `the setting ${name} is empty, so it is not known whom to impersonate`,
    `set it before the query, as in SELECT set_config('${name}', '…', true)`,
  )
}

/** What a setting holds: its text, or the value at the path in its JSON. */
function settingValue(host: SessionSettings, name: string, source: Source): JsonValue {
  const text = settingText(host, name)
  if (source.places === null) return text
  const parsed = parseJson(text, MAX_DEPTH, Number)
  if ('problem' in parsed) {
    throw new FdwError(
      'option',
      `the setting ${name} is not JSON: ${parsed.problem} at position ${parsed.position + 1}`,
      `option ${source.option}_path is for a setting with JSON in it`,
    )
  }
  for (const place of source.places) {
    const value = valueAt(parsed.value, place)
    if (value !== undefined && value !== null) return value
  }
  throw new FdwError(
    'option',
    `the setting ${name} has nothing at ${source.path}, so it is not known whom to impersonate`,
    `check option ${source.option}_path, and what sets ${name}`,
  )
}

/** Where a name comes from, for messages: `option impersonate_user`, `the setting role`. */
function originOf(source: Source): string {
  if (source.setting === null) return `option ${source.option}`
  return `the setting ${source.setting}${source.places === null ? '' : ` at ${source.path}`}`
}

function wrongType(source: Source, wanted: string): FdwError {
  return new FdwError(
    'option',
    `${originOf(source)} is not ${wanted}`,
    `check option ${source.option}_path, and what sets ${source.setting ?? source.option}`,
  )
}

/** The name if a header can carry it. @throws {FdwError} option. */
function checked(name: string, source: Source): string {
  // A token would be printed by the trace, and by the API server in its errors.
  if (holdsToken(name)) {
    throw new FdwError(
      'option',
      `${originOf(source)} is a bearer token, and not a name to impersonate`,
      'give the name that the token is for, such as a claim of request.jwt.claims',
    )
  }
  const full = source.prefix + name
  // HTTP strips spaces around a value, so it would become the name of somebody else.
  if (name === '' || name !== name.trim() || !PRINTABLE.test(full)) {
    throw new FdwError(
      'option',
      `${originOf(source)} is ${shown(full)}, which no header can carry`,
      'a user or group to impersonate has printable ASCII characters, and no space at its beginning or end',
    )
  }
  if (source.setting !== null && full.startsWith(RESERVED) && !source.prefix.startsWith(RESERVED)) {
    throw new FdwError(
      'option',
      `${originOf(source)} is ${shown(name)}, and names that begin with ${RESERVED} are Kubernetes' own`,
      `set another name, or give the server ${source.option}_prefix, which stands before each name`,
    )
  }
  return full
}

/** The names in `a, b`, or in JSON such as `["a", "b"]`. */
function namesOf(value: JsonValue, source: Source): string[] {
  if (typeof value === 'string') return value.split(',').map((name) => checked(name.trim(), source))
  if (!Array.isArray(value)) throw wrongType(source, 'a list of texts')
  return value.map((name) => {
    if (typeof name !== 'string') throw wrongType(source, 'a list of texts')
    return checked(name, source)
  })
}

function valueOf(host: SessionSettings, source: Source): JsonValue {
  return source.setting === null ? source.fixed : settingValue(host, source.setting, source)
}

function groupOf(host: SessionSettings, source: Source): string | null {
  const names = namesOf(valueOf(host, source), source)
  if (names.length > 1) {
    throw new FdwError(
      'option',
      `${originOf(source)} has ${names.length} groups, and Wrappers can send only one`,
      'grant the rights to one group, or to the user, and impersonate that',
    )
  }
  return names[0] ?? null
}

/** Whom to impersonate now. @throws {FdwError} option. */
export function readImpersonation(host: SessionSettings, options: ImpersonationOptions): Impersonation {
  const { user, groups } = options
  const name = valueOf(host, user)
  if (typeof name !== 'string') throw wrongType(user, 'a text')
  return { user: checked(name, user), group: groups === null ? null : groupOf(host, groups) }
}

/** A description for the trace. */
export function described(impersonation: Impersonation): string {
  const { user, group } = impersonation
  return `impersonates user ${JSON.stringify(user)}${group === null ? '' : `, group ${JSON.stringify(group)}`}`
}
