// Asks for the changes of a list since a version, and reads the events that come. The answer ends by itself after some
// seconds, or earlier where the connection ends; what is read is always the beginning of all changes.
import { FdwError } from '../errors.ts'
import type { HttpResponse, JsonDocument } from '../host.ts'
import type { JsonObject } from '../json/values.ts'
import type { Api } from './api.ts'
import { expiredError, unwatchableError } from './errors.ts'
import type { NotFound, Purpose } from './failure.ts'
import { itemText } from './item.ts'
import { listPurpose } from './list-request.ts'
import type { ListRequest } from './list-request.ts'
import { OBJECT_TYPES } from './media-types.ts'
import { rowBytes } from './page-size.ts'
import type { Page } from './page.ts'
import { isSelectorRefused, MOST_BYTES } from './pager.ts'
import { listPath, watchQuery } from './requests.ts'
import { resourceName } from './resource.ts'
import { statusLine } from './status.ts'
import { treePage } from './trees.ts'

/** What is asked about changes. */
export interface Watch {
  /** The version since which; null for the list as it is. */
  readonly since: string | null
  /** What the cluster must have been through; null if that is not to be checked. */
  readonly mark: string | null
  /** How long the API server waits for changes. */
  readonly seconds: number
}

/** The changes, and the version as of which they are all. */
export interface Changes {
  readonly page: Page | null
  readonly version: string
}

const CHANGES = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']
const NO_EVENT_HINT = 'is api_url the URL of an API server, and the kind one that can be watched?'

/** What a watch is for: the purpose of its list, with the verb that the user must be allowed. */
export function watchPurpose(request: ListRequest): Purpose {
  const purpose = listPurpose(request, request.namespace)
  return { ...purpose, request: `${purpose.request}?watch=1`, verb: 'watch' }
}

/** The last row of all changes: a BOOKMARK as the API server writes it, but with the namespace that was asked for. */
export function bookmarkPage({ resource, namespace }: ListRequest, version: string): Page {
  const metadata: JsonObject = { resourceVersion: version }
  if (namespace !== null) metadata['namespace'] = namespace
  const { apiVersion, kind } = resource
  return { ...treePage(kind, [{ apiVersion, kind, metadata }], 0), change: 'BOOKMARK' }
}

/** Asks until the fields that are selected are those that the server knows. @throws {FdwError} connect, status, expired. */
function fetch(
  api: Api,
  request: ListRequest,
  since: string,
  seconds: number,
  notFound: NotFound,
): HttpResponse {
  const purpose = watchPurpose(request)
  const { labelSelector, fieldSelector, ownFieldSelector } = request
  const response = api.get(
    listPath(request.resource, request.namespace),
    watchQuery({ labelSelector, fieldSelector }, since, seconds),
    OBJECT_TYPES[request.form],
  )
  if (response.status === 200) return response
  const failure = api.failure(response, purpose.secret)
  if (fieldSelector !== ownFieldSelector && isSelectorRefused(failure))
    return fetch(api, { ...request, fieldSelector: ownFieldSelector }, since, seconds, notFound)
  if (failure.code === 410) throw expiredError(purpose, api.redact(failure.detail))
  if (failure.code === 404) throw notFound(failure, purpose)
  if (failure.code === 405) throw unwatchableError(resourceName(request.resource))
  throw api.error(failure, purpose)
}

/** The error of an event that says why there are no more. */
function errorOf(api: Api, document: JsonDocument, row: number, leaf: number, purpose: Purpose): FdwError {
  const text = (field: number): string =>
    document.kind(row, leaf + field) === 'missing' ? '' : document.text(row, leaf + field)
  const [code, message, reason] = [text(0), api.redact(text(1)), text(2)]
  if (code === '410') return expiredError(purpose, message)
  return new FdwError(
    'status',
    `${purpose.request}: 200 OK, and then ${statusLine(Number(code))}: ${message === '' ? reason : message}`,
    'the API server ended the watch: try again later, and look at its logs if it goes on',
  )
}

/**
 * The changes of a list since a version, in their order. Where there are none the page is null.
 * @throws {FdwError} connect, status, decode, expired.
 */
export function changesSince(
  api: Api,
  request: ListRequest,
  since: string,
  seconds: number,
  notFound: NotFound,
): Changes {
  const response = fetch(api, request, since, seconds, notFound)
  const purpose = watchPurpose(request)
  const bytes = response.bodyBytes
  if (bytes === 0) {
    response.release()
    api.trace.listed(0)
    return { page: null, version: since }
  }
  if (bytes > MOST_BYTES) {
    api.trace.flush()
    response.release()
    throw expiredError(
      purpose,
      `the changes have ${bytes} bytes, more than the ${MOST_BYTES} that one answer may have`,
    )
  }
  const { rowPaths } = request
  // The leaves of the object keep their numbers, and those of the event follow.
  const change = rowPaths.length
  const row = rowPaths
    .map((path): readonly (string | number)[] => ['object', ...path])
    .concat([
      ['type'],
      ['object', 'metadata', 'resourceVersion'],
      ['object', 'code'],
      ['object', 'message'],
      ['object', 'reason'],
    ])
  const document = api.index(response, { head: [], rowsKey: true, row }, purpose)
  const { rowCount } = document
  let version = since
  let problem: FdwError | null = null
  for (let i = 0; i < rowCount && problem === null; i++) {
    const type = itemText(document, i, change)
    const newer = itemText(document, i, change + 1)
    if (type === 'ERROR') problem = errorOf(api, document, i, change + 2, purpose)
    else if (!CHANGES.includes(type) || document.kind(i, 0) !== 'object')
      problem = new FdwError(
        'decode',
        `${purpose.request}: 200 OK, but event ${i + 1} is no change of an object`,
        NO_EVENT_HINT,
      )
    else if (newer !== '') version = newer
  }
  if (problem !== null) {
    document.release()
    throw problem
  }
  const { apiVersion, kind } = request.resource
  const page: Page = {
    document,
    rowCount,
    firstRow: 0,
    bytes: bytes + rowCount * rowBytes(request),
    form: request.form === 'full' ? 'full' : 'metadata',
    apiVersion,
    kind,
    namespace: request.namespace,
    change,
  }
  return { page, version }
}
