// What a table with the option watch is asked: since which version, and for how long. A watch is of one list, because
// each list has a version of its own, up to which its changes are known.
import type { ListQuery } from '../cluster/list-request.ts'
import type { Watch } from '../cluster/watch.ts'
import { FdwError } from '../errors.ts'
import type { Query, TargetColumn, TypeOid } from '../host.ts'
import { shown } from '../text/shown.ts'
import { askedOf } from './asked.ts'
import type { Columns, Extractor } from './columns.ts'
import type { Reading, ScanPlan } from './plan.ts'

/** The columns that a condition gives their value, and the types that they may have. */
const INPUTS: { readonly [name: string]: { readonly type: string; readonly oids: readonly TypeOid[] } } = {
  since: { type: 'text', oids: ['string'] },
  wait_seconds: { type: 'integer', oids: ['i16', 'i32', 'i64'] },
}
/** A proxy or a load balancer may end a request that is silent for much longer. */
const MOST_SECONDS = 30
/** A version, and perhaps the cluster's mark. */
const SINCE = /^([1-9][0-9]{0,19})(@([1-9][0-9]{0,19}\/[1-9][0-9]{0,19}\/[0-9TZ:.-]*))?$/

/** What the conditions say. */
export interface AskedWatch extends Watch {
  /** What the columns since and wait_seconds show; null for SQL's NULL. */
  readonly shown: { readonly since: string | null; readonly wait: string | null }
  /** Why no row may be given; null if rows may be given. */
  readonly refused: FdwError | null
  readonly remarks: readonly string[]
  /** True if the conditions contradict each other, so that there is no row. */
  readonly isNone: boolean
}

/** Which list is watched, and how its rows are read. */
export interface WatchPlan {
  readonly watch: Watch
  readonly list: ListQuery
  readonly namespace: string | null
  readonly reading: Reading
  /** Whether the BOOKMARK is to show the cluster's mark. */
  readonly showsMark: boolean
}

function badSince(since: string): FdwError {
  return new FdwError(
    'plan',
    `the condition on column "since" has the value ${shown(since)}, which is no version`,
    "write the resource_version of a BOOKMARK row, such as since = '123456', or no condition on since for the objects as they are",
  )
}

function badSeconds(seconds: string): FdwError {
  return new FdwError(
    'plan',
    `the condition on column "wait_seconds" has the value ${shown(seconds)}`,
    `it takes 1 to ${MOST_SECONDS} seconds`,
  )
}

function severalValues(column: string): FdwError {
  return new FdwError(
    'plan',
    `the conditions give column ${JSON.stringify(column)} several values, and changes are read of one list, since one version`,
    `write ${column} = '…', or FROM t, LATERAL (SELECT * FROM … WHERE ${column} = t.${column} OFFSET 0) AS x, which reads one after the other`,
  )
}

/** Reads the conditions on since and wait_seconds. @throws {FdwError} option for a column of another type. */
export function readWatch(
  host: Query,
  targets: readonly TargetColumn[],
  { extractors }: Columns,
): AskedWatch {
  const quals = host.quals()
  const given: { [name: string]: string | null } = { since: null, wait_seconds: null }
  let refused: FdwError | null = null
  let isNone = false
  const remarks: string[] = []
  for (const { name, source, type } of extractors) {
    const input = source.type === 'virtual' && Object.hasOwn(INPUTS, name) ? INPUTS[name] : undefined
    if (input === undefined) continue
    if (!input.oids.includes(type)) {
      throw new FdwError(
        'option',
        `column ${JSON.stringify(name)} takes a condition's value, and is not of type ${input.type}`,
        `declare it ${input.type}`,
      )
    }
    const { values, unknown, lost, remark } = askedOf(host, targets, quals, name)
    refused ??= unknown ?? lost
    if (remark !== null) remarks.push(remark)
    if (values === null) continue
    if (values.length > 1) refused ??= severalValues(name)
    if (values.length === 0) isNone = true
    given[name] = values[0] ?? null
  }
  const [since = null, wait = null] = [given['since'], given['wait_seconds']]
  const seconds = Number(wait ?? '1')
  const parts = since === null ? null : SINCE.exec(since)
  if (since !== null && parts === null) refused ??= badSince(since)
  if (!(seconds >= 1 && seconds <= MOST_SECONDS)) refused ??= badSeconds(wait ?? '')
  const version = parts?.[1] ?? null
  return {
    since: version,
    mark: parts?.[3] ?? null,
    seconds,
    shown: { since, wait },
    refused,
    remarks,
    isNone,
  }
}

/** Whether the BOOKMARK has a value in a column. */
function hasBookmark({ source }: Extractor, { rowPaths }: Columns, namespace: string | null): boolean {
  if (source.type !== 'leaf')
    return ['virtual', 'constant', 'change', 'mark', 'typeMeta'].includes(source.type)
  const [first, second] = rowPaths[source.leaves[0] ?? -1] ?? []
  return (
    first === 'metadata' && (second === 'resourceVersion' || (second === 'namespace' && namespace !== null))
  )
}

/** What is to be said if a condition leaves out the BOOKMARK; null if there is nothing to say. */
function lostBookmark(host: Query, columns: Columns, namespace: string | null): string | null {
  let lost: string | null = null
  for (const { field, operator } of host.quals()) {
    const column = columns.extractors.find(({ name }) => name === field)
    // Who compares the change knows which rows he wants.
    if (column === undefined || column.source.type === 'change') return null
    if (operator !== 'is' && !hasBookmark(column, columns, namespace)) lost ??= field
  }
  return lost === null
    ? null
    : `the condition on column ${JSON.stringify(lost)} leaves out the BOOKMARK row, whose resource_version is the next since: give the table the option namespace, label_selector or field_selector instead, or write (change = 'BOOKMARK' OR …)`
}

/**
 * The one list of the plans, of which there is one for each selection. Null if there is no row, and an error if none may
 * be given: a scan begins before its parameters are known, so it is thrown when a row is wanted.
 */
export function planWatch(
  host: Query,
  columns: Columns,
  plans: readonly ScanPlan[],
  asked: AskedWatch,
): { readonly plan: WatchPlan; readonly remark: string | null } | FdwError | null {
  const [plan] = plans
  const namespaces = (plan?.targets ?? []).map(({ namespace }) => namespace)
  const [namespace] = namespaces
  if (asked.refused !== null) return asked.refused
  if (plan === undefined || namespace === undefined || asked.isNone) return null
  if (plans.length > 1) return severalValues('label_selector')
  if (namespaces.some((other) => other !== namespace)) {
    return new FdwError(
      'plan',
      'changes are read of one list, and the table or the conditions name several namespaces, each of which is a list with a version of its own',
      "write namespace = '…', or drop the table's option namespaces to watch all, or FROM t, LATERAL (SELECT * FROM … WHERE namespace = t.namespace OFFSET 0) AS x, which reads one after the other",
    )
  }
  const reading = { ...plan, shown: plan.shown.map((each) => ({ ...each, ...asked.shown })) }
  const { since, mark, seconds } = asked
  return {
    plan: {
      watch: { since, mark, seconds },
      // A Table is no form for events, and a list that is left out would have no version.
      list: { ...plan, form: plan.form === 'table' ? 'metadata' : plan.form, skipForbidden: false },
      namespace,
      reading,
      showsMark: columns.extractors.some(({ source }) => source.type === 'mark'),
    },
    remark: lostBookmark(host, columns, namespace),
  }
}
