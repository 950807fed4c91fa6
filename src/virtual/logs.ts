// `object 'pods/log'`: the lines of containers' logs. Conditions say which pod is asked for.
import type { Api } from '../cluster/api.ts'
import { isObjectMissing } from '../cluster/failure.ts'
import type { Failure } from '../cluster/failure.ts'
import type { Page } from '../cluster/page.ts'
import { MOST_BYTES } from '../cluster/pager.ts'
import { percentEncode } from '../cluster/requests.ts'
import { isNamespaceName, isObjectName } from '../cluster/selectors.ts'
import { statusLine } from '../cluster/status.ts'
import { FdwError } from '../errors.ts'
import type { HttpResponse } from '../host.ts'
import type { JsonObject } from '../json/values.ts'
import { combinations } from '../plan/combinations.ts'
import type { Combination, Inputs } from '../plan/combinations.ts'
import { parseInstant } from '../read/rfc3339.ts'
import { membersByName, question, refusal } from './object.ts'
import type { Asked, InputType, Question, VirtualObject } from './object.ts'
import { pageOf, treePage } from '../cluster/trees.ts'
import type { Trees } from '../cluster/trees.ts'

const INPUTS: { readonly [name: string]: InputType } = {
  namespace: 'text',
  name: 'text',
  container: 'text',
  previous: 'boolean',
  since_seconds: 'integer',
  since_time: 'text',
  tail_lines: 'integer',
}
/** The parameters of the request. The pod is in its path. */
const PARAMETERS: readonly (readonly [input: string, parameter: string])[] = [
  ['container', 'container'],
  ['previous', 'previous'],
  ['since_seconds', 'sinceSeconds'],
  ['since_time', 'sinceTime'],
  ['tail_lines', 'tailLines'],
]

/**
 * The limit that is requested is larger than what may be read. A log that is cut off at the limit must be refused, and
 * not shown without its end, and the API server may send slightly less than the limit. Without a limit the host would
 * hold a log of any size in memory before its size is known.
 */
const LIMIT_BYTES = MOST_BYTES + 1_000_000

/** A log as rows. Lines are read from the answer one by one and not kept: a rescan reads them again. */
class Lines implements Trees {
  readonly rowCount: number
  private readonly response: HttpResponse
  private readonly shown: Combination
  /** The row that is read next, and the byte offset of its line. */
  private row = 0
  private place = 0
  private current: JsonObject = {}

  constructor(response: HttpResponse, shown: Combination) {
    this.response = response
    this.shown = shown
    this.rowCount = response.lineCount()
  }

  tree(row: number): JsonObject {
    if (row < this.row - 1) {
      this.row = 0
      this.place = 0
    }
    while (this.row <= row) this.read()
    return this.current
  }

  release(): void {
    this.response.release()
  }

  private read(): void {
    const [text, next] = this.response.line(this.place) ?? ['', this.place]
    const space = text.indexOf(' ')
    const stamp = space < 0 ? text : text.slice(0, space)
    // The kubelet writes a date and a time. A date alone belongs to the text of the line.
    const isStamped = stamp.includes('T') && parseInstant(stamp) !== null
    this.place = next
    this.row++
    this.current = {
      ...this.shown,
      line_number: this.row,
      timestamp: isStamped ? stamp : null,
      line: !isStamped ? text : space < 0 ? '' : text.slice(space + 1),
    }
  }
}

/** The inputs, with the namespace of the table among them. @throws {FdwError} plan if there is no pod. */
function podInputs({ inputs, table }: Asked): Inputs {
  const all = new Map<string, readonly string[]>()
  for (const name of Object.keys(INPUTS)) {
    const values = inputs.get(name)
    if (values !== undefined) all.set(name, values)
  }
  const own = table.namespace
  if (own !== null)
    all.set(
      'namespace',
      (inputs.get('namespace') ?? [own]).filter((each) => each === own),
    )
  const missing = ['namespace', 'name'].filter((name) => !all.has(name))
  if (missing.length === 0) return all
  throw new FdwError(
    'plan',
    `logs are read of a pod that the conditions name, and there is none on ${missing.join(' and ')}`,
    "write WHERE namespace = '…' AND name = '…', or for several pods FROM pods AS p, LATERAL (SELECT * FROM … WHERE namespace = p.namespace AND name = p.name OFFSET 0) AS l",
  )
}

function hintFor(failure: Failure): string | null {
  if (/a container name must be specified|is not valid for pod/.test(failure.detail))
    return "name one of its containers: AND container = '…'"
  return failure.code === 400 || failure.code === 404 || failure.code >= 500
    ? "give the table the option on_error 'null' to leave out what cannot be read, with a warning"
    : null
}

function refuseHtml(api: Api, asked: Question, response: HttpResponse): void {
  const type = response.header('content-type') ?? ''
  if (!type.startsWith('text/html')) return
  api.trace.flush()
  response.release()
  throw new FdwError(
    'decode',
    `${asked.request}: 200 OK, but the answer is an HTML page and no log`,
    'is api_url the URL of an API server, and no login page or other service in between?',
  )
}

function refuseLarge(api: Api, asked: Question, response: HttpResponse): void {
  const { bodyBytes } = response
  if (bodyBytes <= MOST_BYTES) return
  api.trace.flush()
  response.release()
  throw new FdwError(
    'decode',
    `${asked.request}: 200 OK, but the log has ${bodyBytes} bytes, more than the ${MOST_BYTES} that one answer may have`,
    'read less of it: AND tail_lines = 100000, or AND since_seconds = 3600',
  )
}

function logPage({ api, table }: Asked, shown: Combination): Page {
  const name = shown['name'] ?? ''
  const namespace = shown['namespace'] ?? ''
  const path = `/api/v1/namespaces/${namespace}/pods/${percentEncode(name)}/log`
  const query = PARAMETERS.flatMap(([input, parameter]) => {
    const value = shown[input] ?? null
    return value === null || value === 'false' ? [] : [`${parameter}=${percentEncode(value)}`]
  })
  const response = api.get(
    path,
    ['timestamps=true', `limitBytes=${LIMIT_BYTES}`].concat(query).join('&'),
    '*/*',
  )
  const asked = { ...question(`GET ${path}`, 'get', 'pods/log'), namespace }
  // The API server answers 204 as long as the pod is on no node.
  if (response.status === 200 || response.status === 204) {
    refuseHtml(api, asked, response)
    refuseLarge(api, asked, response)
    const bytes = response.bodyBytes
    return {
      ...pageOf(`log of pod ${namespace}/${name}`, new Lines(response, shown), bytes),
      rowName: 'line',
    }
  }
  const failure = api.failure(response, false)
  const nothing = treePage('log', [], 0)
  if (isObjectMissing(failure, 'pods', name)) return nothing
  const hint = hintFor(failure)
  const error = refusal(api, failure, asked)
  if (hint === null) throw error
  if (table.onError === 'error') throw new FdwError(error.code, error.message, hint)
  api.warnOnce(`a log is left out: ${asked.request}: ${statusLine(failure.code)}: ${failure.detail}`)
  return nothing
}

function steps(asked: Asked): (() => Page)[] {
  asked.settle(PARAMETERS.map(([input]) => input))
  const combined = combinations(
    podInputs(asked),
    Object.keys(INPUTS),
    'or write a lateral join with a table of pods',
  )
  return combined
    .filter(({ namespace, name }) => isNamespaceName(namespace ?? '') && isObjectName(name ?? ''))
    .map((each) => () => logPage(asked, { ...each, previous: each['previous'] ?? 'false' }))
}

export const LOGS_OBJECT: VirtualObject = {
  name: 'pods/log',
  columns: membersByName(Object.keys(INPUTS).concat(['line_number', 'timestamp', 'line'])),
  inputs: INPUTS,
  hasNamespace: true,
  right: { verb: 'get', plural: 'pods', subresource: 'log' },
  steps,
}
