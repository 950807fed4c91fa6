// The virtual columns label_selector and field_selector → the lists that are asked for, one for each pair of values.
// Makes no request: an object that several of the lists have is told by its uid.
import { askedOf } from './asked.ts'
import type { Columns } from './columns.ts'
import { NAMESPACE_LEAF, NAME_LEAF } from './columns.ts'
import type { FdwError } from '../errors.ts'
import type { Host, JsonPath, TargetColumn } from '../host.ts'
import type { Page } from '../cluster/page.ts'
import type { Reading, ScanPlan } from './plan.ts'
import type { Pushdown } from './pushdown.ts'
import type { PageSource } from '../read/replay.ts'
import { combinations } from '../virtual/combinations.ts'

export type Selection = Pick<Pushdown, 'labelSelector' | 'fieldSelector'>

export interface Selections {
  /** None where the conditions contradict each other. */
  readonly each: readonly Selection[]
  /** Why no row may be given. */
  readonly refused: FdwError | null
  readonly remarks: readonly string[]
}

const UID: JsonPath = ['metadata', 'uid']
const LABEL = 'label_selector'
const FIELD = 'field_selector'

/** @throws {FdwError} plan where there are too many. */
export function readSelections(
  host: Host,
  targets: readonly TargetColumn[],
  { extractors }: Columns,
): Selections {
  const quals = host.quals()
  const given = new Map<string, readonly string[]>()
  let refused: FdwError | null = null
  const remarks: string[] = []
  for (const { name, source } of extractors) {
    if (source.type !== 'virtual') continue
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

/** As `plan`, with what tells an object that another list has too. */
export function withUid(plan: ScanPlan): ScanPlan {
  return {
    ...plan,
    form: plan.form === 'table' ? 'metadata' : plan.form,
    rowPaths: plan.rowPaths.concat([UID]),
  }
}

/** The pages of several lists, one list after the other; or none, where a row would be wrong. */
export class Union implements PageSource {
  private readonly refused: FdwError | null
  private readonly sources: (() => PageSource)[]
  private selection = 0
  private current: PageSource | null = null

  constructor(refused: FdwError | null, sources: (() => PageSource)[]) {
    this.refused = refused
    this.sources = sources
  }

  /** A scan begins before its parameters are known: only a row that is wanted needs them. @throws {FdwError} plan. */
  next(): Page | null {
    if (this.refused !== null) throw this.refused
    for (;;) {
      const make = this.sources[this.selection]
      if (make === undefined) return null
      this.current ??= make()
      const page = this.current.next()
      if (page !== null) return { ...page, selection: this.selection }
      this.current = null
      this.selection++
    }
  }
}

/** Which list each object is a row of: the first that has it. */
export class Owners {
  private readonly uidLeaf: number
  private owners = new Map<string, number>()

  /** `reading` is a plan's that `withUid` made. */
  constructor(reading: Reading) {
    this.uidLeaf = reading.rowPaths.length - 1
  }

  /** A rescan may ask again, and then an object may be in another list than before. */
  forget(): void {
    this.owners = new Map<string, number>()
  }

  /** Whether another list than the page's gives the object. One without uid and name cannot be told from others. */
  hasOther(page: Page, row: number): boolean {
    const key = this.keyOf(page, row)
    if (key === '') return false
    const selection = page.selection ?? 0
    const owner = this.owners.get(key)
    if (owner === undefined) this.owners.set(key, selection)
    return owner !== undefined && owner !== selection
  }

  /** '' where nothing names the object. */
  private keyOf({ document, namespace }: Page, row: number): string {
    const text = (leaf: number): string =>
      document.kind(row, leaf) === 'string' ? document.text(row, leaf) : ''
    const uid = text(this.uidLeaf)
    const name = text(NAME_LEAF)
    return uid !== '' || name === '' ? uid : `${namespace ?? text(NAMESPACE_LEAF)}/${name}`
  }
}
