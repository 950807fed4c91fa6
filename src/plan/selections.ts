// The virtual columns label_selector and field_selector: which lists to ask for, one for each pair of values.
import type { FdwError } from '../errors.ts'
import type { JsonPath, Query, TargetColumn } from '../host.ts'
import { askedOf } from './asked.ts'
import type { Columns } from './columns.ts'
import { combinations } from './combinations.ts'
import type { ScanPlan } from './plan.ts'
import type { Pushdown } from './pushdown.ts'

export type Selection = Pick<Pushdown, 'labelSelector' | 'fieldSelector'>

export interface Selections {
  /** The selections; empty if the conditions contradict each other. */
  readonly each: readonly Selection[]
  /** Why no row may be given; null if rows may be given. */
  readonly refused: FdwError | null
  readonly remarks: readonly string[]
}

const UID: JsonPath = ['metadata', 'uid']
const LABEL = 'label_selector'
const FIELD = 'field_selector'

/** Reads the conditions on both columns. @throws {FdwError} plan if there are too many pairs. */
export function readSelections(
  host: Query,
  targets: readonly TargetColumn[],
  { extractors }: Columns,
): Selections {
  const quals = host.quals()
  const given = new Map<string, readonly string[]>()
  let refused: FdwError | null = null
  const remarks: string[] = []
  for (const { name, source } of extractors) {
    if (source.type !== 'virtual' || (source.selector !== 'label' && source.selector !== 'field')) continue
    const { values, unknown, lost, remark } = askedOf(host, targets, quals, name)
    refused ??= unknown ?? lost
    if (values !== null) given.set(name, values)
    if (remark !== null) remarks.push(remark)
  }
  const each = combinations(
    given,
    [LABEL, FIELD],
    "or one selector for several: label_selector = 'app in (web,db)'",
  ).map((pair): Selection => ({ labelSelector: pair[LABEL] ?? null, fieldSelector: pair[FIELD] ?? null }))
  return { each, refused, remarks }
}

/** The same plan, but it also reads the uid, by which an object is recognised that another list has too. */
export function withUid(plan: ScanPlan): ScanPlan {
  return {
    ...plan,
    form: plan.form === 'table' ? 'metadata' : plan.form,
    rowPaths: plan.rowPaths.concat([UID]),
  }
}
