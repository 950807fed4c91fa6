// The rows of several lists of one kind, with each object only once.
import { itemText, NAME_LEAF, NAMESPACE_LEAF } from '../cluster/item.ts'
import type { Page, PageSource } from '../cluster/page.ts'
import type { FdwError } from '../errors.ts'
import type { Reading } from '../plan/plan.ts'

/** The pages of several lists, one list after the other. If a row would be wrong, `next` throws instead. */
export class Union implements PageSource {
  private readonly refused: FdwError | null
  private readonly sources: (() => PageSource)[]
  private selection = 0
  private current: PageSource | null = null

  constructor(refused: FdwError | null, sources: (() => PageSource)[]) {
    this.refused = refused
    this.sources = sources
  }

  /**
   * A scan begins before its parameters are known, and only a row needs them, so they are checked here.
   * @throws {FdwError} plan.
   */
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

/** Remembers for each object the first list that had it, of which the object is a row. */
export class Owners {
  private readonly uidLeaf: number
  private owners = new Map<string, number>()

  /** `reading` must be the one of a plan that `withUid` made. */
  constructor(reading: Reading) {
    this.uidLeaf = reading.rowPaths.length - 1
  }

  /** Must be called at a rescan: it may ask again, and then an object may be in another list than before. */
  forget(): void {
    this.owners = new Map<string, number>()
  }

  /**
   * Whether the object is a row of another list. An object without uid and name cannot be told apart, and is always
   * given.
   */
  hasOther(page: Page, row: number): boolean {
    const key = this.keyOf(page, row)
    if (key === '') return false
    const selection = page.selection ?? 0
    const owner = this.owners.get(key)
    if (owner === undefined) this.owners.set(key, selection)
    return owner !== undefined && owner !== selection
  }

  /** What identifies the object; '' if it has neither uid nor name. */
  private keyOf({ document, namespace }: Page, row: number): string {
    const uid = itemText(document, row, this.uidLeaf)
    const name = itemText(document, row, NAME_LEAF)
    if (uid !== '' || name === '') return uid
    return `${namespace ?? itemText(document, row, NAMESPACE_LEAF)}/${name}`
  }
}
