// `object 'can_show'`: whether tables with the given options can show anything, which k8s_fdw.check() asks. It finds
// what would end a query before its first request, with the same functions as a query, and whether the user may make
// that request.
import type { Api } from '../cluster/api.ts'
import { discover, notServed } from '../cluster/discovery.ts'
import { purposeOf } from '../cluster/failure.ts'
import type { Failure } from '../cluster/failure.ts'
import { findBuiltIn, parseKind } from '../cluster/kinds.ts'
import type { KindQuery } from '../cluster/kinds.ts'
import type { Page } from '../cluster/page.ts'
import { listPath } from '../cluster/requests.ts'
import { groupOf, resourceName } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'
import { isForbidden, isNotFound, ofVersion } from '../cluster/served.ts'
import type { Served, Unread } from '../cluster/served.ts'
import { FdwError } from '../errors.ts'
import type { OptionSource } from '../host.ts'
import { parseJson } from '../json/parse.ts'
import { ownField } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import { refuseNamespace } from '../plan/plan.ts'
import { readTableOptions } from '../session/options.ts'
import type { TableOptions } from '../session/options.ts'
import { review } from './can-i.ts'
import { membersByName } from './object.ts'
import type { VirtualObject, VirtualQuestion } from './object.ts'
import { treePage } from '../cluster/trees.ts'

const NAME = 'can_show'
const INPUT = 'table_options'
const COLUMNS = [
  INPUT,
  'question',
  'resource',
  'namespace',
  'allowed',
  'reason',
  'evaluation_error',
  'problem',
  'hint',
]
/** The most namespaces of a table that are checked, because each takes a request. */
const MOST_NAMESPACES = 100
/** The answer of the API server for what it does not serve. */
const NOT_SERVED: Failure = {
  code: 404,
  url: '',
  by: 'server',
  detail: 'the server could not find the requested resource',
  reason: 'NotFound',
  continueToken: null,
  objectName: null,
  objectKind: null,
}

/**
 * What the rows of a table need: a verb on a resource in each of the namespaces, which is null for the whole cluster.
 */
interface Need {
  readonly verb: string
  readonly group: string
  readonly plural: string
  readonly subresource: string | null
  /** The resource as kubectl's --resource takes it. */
  readonly resource: string
  readonly namespaces: readonly (string | null)[]
  /** Throws the error that the list would end with, as far as discovery tells. @throws {FdwError} */
  readonly confirm: () => void
}

class Options implements OptionSource {
  private readonly given: JsonValue

  constructor(text: string) {
    const parsed = parseJson(text, 2, Number)
    this.given = 'value' in parsed ? parsed.value : null
  }

  option(_type: string, name: string): string | null {
    const value = ownField(this.given, name)
    return typeof value === 'string' ? value : null
  }

  /** The kind that the table shows, as the user wrote it. */
  written(): string {
    const version = this.option('table', 'apiVersion') ?? this.option('table', 'apiversion')
    const kind = this.option('table', 'kind')
    const named = [version, kind].filter((part) => part !== null).join(' ')
    return this.option('table', 'object') ?? named
  }
}

/** What the group versions serve. Each is asked only once. */
class Discovery {
  private readonly api: Api
  private readonly known = new Map<
    string,
    { readonly served: readonly Served[]; readonly unread: readonly Unread[] }
  >()

  constructor(api: Api) {
    this.api = api
  }

  /** Checks that the resource is served. @throws {FdwError} if it is not. */
  confirm(query: KindQuery, resource: Resource, namespace: string | null): void {
    const { served, unread } = this.version(resource.apiVersion)
    const [failed] = unread
    // A user who may not read discovery may still read objects.
    if (failed !== undefined && isForbidden(failed)) return
    if (failed !== undefined && !isNotFound(failed) && failed.error !== null) throw failed.error
    if (served.some((one) => one.resource.plural === resource.plural)) return
    const purpose = purposeOf(`GET ${listPath(resource, namespace)}`, resourceName(resource), namespace)
    throw notServed(this.api, query, NOT_SERVED, purpose)
  }

  private version(apiVersion: string): {
    readonly served: readonly Served[]
    readonly unread: readonly Unread[]
  } {
    const before = this.known.get(apiVersion)
    if (before !== undefined) return before
    const unread: Unread[] = []
    const found = { served: ofVersion(this.api, apiVersion, unread), unread }
    this.known.set(apiVersion, found)
    return found
  }
}

/**
 * What the rows of a table need; null if everybody may see them.
 * @throws {FdwError} for whatever would end a query before its first request.
 */
function needOf(
  api: Api,
  discovery: Discovery,
  virtual: (table: TableOptions) => VirtualQuestion | null,
  options: Options,
): Need | null {
  const table = readTableOptions(options)
  const namespaces = table.namespaces ?? [table.namespace]
  const own = virtual(table)
  if (own !== null) {
    if (own.right === null) return null
    const { plural, subresource } = own.right
    return {
      ...own.right,
      group: '',
      resource: `${plural}/${subresource}`,
      namespaces,
      confirm: () => undefined,
    }
  }
  const query = parseKind(table.kind)
  const resource = findBuiltIn(query) ?? discover(api, query)
  refuseNamespace(table, resource)
  return {
    verb: 'list',
    group: groupOf(resource.apiVersion),
    plural: resource.plural,
    subresource: null,
    resource: resourceName(resource),
    namespaces,
    confirm: () => discovery.confirm(query, resource, namespaces[0] ?? null),
  }
}

function answerOf(api: Api, need: Need, namespace: string | null): JsonObject {
  const { verb, group, plural, subresource, resource } = need
  const { status } = review(api, 'SelfSubjectAccessReview', {
    resourceAttributes: { namespace, verb, group, resource: plural, subresource, name: null },
  })
  return {
    question: `${verb} ${resource}`,
    resource,
    namespace,
    allowed: ownField(status, 'allowed') === true,
    reason: ownField(status, 'reason') ?? null,
    evaluation_error: ownField(status, 'evaluationError') ?? null,
  }
}

function answersOf(api: Api, need: Need): JsonObject[] {
  const { namespaces } = need
  const answers = namespaces.slice(0, MOST_NAMESPACES).map((namespace) => answerOf(api, need, namespace))
  const more = namespaces.length - answers.length
  if (more === 0) return answers
  return answers.concat({
    question: `${need.verb} ${need.resource}`,
    resource: need.resource,
    evaluation_error: `${more} more namespaces of the table are not asked about`,
  })
}

/** An error as a row, because the error of one table must not hide the others. */
function problemRow(options: Options, error: unknown): JsonObject {
  if (!(error instanceof FdwError)) throw error
  return { question: `list ${options.written()}`, problem: error.message, hint: error.hint ?? null }
}

function rowsOf(
  api: Api,
  discovery: Discovery,
  virtual: (table: TableOptions) => VirtualQuestion | null,
  options: Options,
): JsonObject[] {
  let need: Need | null
  try {
    need = needOf(api, discovery, virtual, options)
  } catch (error) {
    return [problemRow(options, error)]
  }
  if (need === null) return []
  // An error of the review itself is not about one table: then there is no answer at all.
  const answers = answersOf(api, need)
  try {
    need.confirm()
  } catch (error) {
    return [problemRow(options, error)]
  }
  return answers
}

function pageOf(
  api: Api,
  discovery: Discovery,
  virtual: (table: TableOptions) => VirtualQuestion | null,
  text: string,
): Page {
  const rows = rowsOf(api, discovery, virtual, new Options(text))
  const complete = rows.map((row) => {
    const whole: JsonObject = {}
    for (const name of COLUMNS) whole[name] = row[name] ?? null
    whole[INPUT] = text
    return whole
  })
  return treePage(NAME, complete, 0)
}

/**
 * Makes the virtual object. `virtual` says what a table with a virtual object needs, and is null for a table of a kind.
 */
export function canShow(virtual: (table: TableOptions) => VirtualQuestion | null): VirtualObject {
  return {
    name: NAME,
    columns: membersByName(COLUMNS),
    inputs: { [INPUT]: 'text' },
    hasNamespace: false,
    steps: ({ api, inputs }) => {
      const discovery = new Discovery(api)
      return (inputs.get(INPUT) ?? []).map((text) => () => pageOf(api, discovery, virtual, text))
    },
  }
}
