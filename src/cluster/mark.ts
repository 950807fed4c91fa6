// A mark of what a cluster has been through: the lease in kube-system that was written last, as of a version. Leases there
// are renewed every few seconds. A cluster that is restored from a backup goes on from an earlier version, and when it
// has passed this one again, another lease was the last as of it, or at another time.
import type { JsonDocument, JsonShape } from '../host.ts'
import type { Api } from './api.ts'
import { expiredError } from './errors.ts'
import { purposeOf } from './failure.ts'
import { headText, itemText } from './item.ts'
import { JSON_TYPE } from './requests.ts'

const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const PURPOSE = purposeOf(`GET ${PATH}`, 'leases.coordination.k8s.io', 'kube-system')
const SHAPE: JsonShape = {
  head: [['metadata', 'resourceVersion']],
  rowsKey: 'items',
  row: [
    ['metadata', 'resourceVersion'],
    ['spec', 'renewTime'],
  ],
}
const isLess = (a: string, b: string): boolean => a.length < b.length || (a.length === b.length && a < b)

/**
 * The mark that a list of leases gives: `120/118/2026-11-29T16:12:01.123456Z`, the list's version and the last lease's own
 * version and time. Null if there is no lease.
 */
function markIn(document: JsonDocument): string | null {
  let last = ''
  let renewed = ''
  for (let row = 0; row < document.rowCount; row++) {
    const version = itemText(document, row, 0)
    if (!isLess(last, version)) continue
    last = version
    renewed = itemText(document, row, 1)
  }
  return last === '' ? null : `${headText(document, 0) ?? ''}/${last}/${renewed}`
}

/** The mark as of a version, or as of now; null if the user may not list leases, or if there are none. */
function read(api: Api, query: string): string | null {
  const response = api.get(PATH, query, JSON_TYPE)
  if (response.status !== 200) {
    const failure = api.failure(response, false)
    if (failure.code === 403 || failure.code === 404) return null
    if (failure.code === 410) throw expiredError(PURPOSE, api.redact(failure.detail))
    throw api.error(failure, PURPOSE)
  }
  const document = api.index(response, SHAPE, PURPOSE)
  const mark = markIn(document)
  document.release()
  return mark
}

/** The mark of the cluster as it is; null if the user may not see it. @throws {FdwError} connect, status, decode. */
export function readMark(api: Api): string | null {
  return read(api, '')
}

/**
 * Makes sure that the cluster has been through what a mark says. etcd remembers for some minutes.
 * @throws {FdwError} connect, status, decode; expired if it has not, or if that is not known any more.
 */
export function checkMark(api: Api, mark: string): void {
  const version = mark.split('/')[0] ?? ''
  if (read(api, `resourceVersion=${version}&resourceVersionMatch=Exact`) === mark) return
  throw expiredError(
    PURPOSE,
    `as of version ${version} the cluster is not what it was: it was restored from a backup, or its leases may no longer be listed`,
  )
}
