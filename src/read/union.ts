// The rows of several lists of one kind, an object once.
import { itemText, NAME_LEAF, NAMESPACE_LEAF } from '../cluster/item.ts'
import type { Page, PageSource } from '../cluster/page.ts'
import type { FdwError } from '../errors.ts'
import type { Reading } from '../plan/plan.ts'

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
    const uid = itemText(document, row, this.uidLeaf)
    const name = itemText(document, row, NAME_LEAF)
    if (uid !== '' || name === '') return uid
    return `${namespace ?? itemText(document, row, NAMESPACE_LEAF)}/${name}`
  }
}
