// Gives the rows of a scan's pages in order, and keeps the pages so that a rescan need not ask for them again.
import { isWanted } from '../cluster/page.ts'
import type { Page, PageSource } from '../cluster/page.ts'

/**
 * The bytes of JSON that are kept for a rescan. Beyond them pages are released as they are read, and a rescan asks
 * again, because one scan of a large list must not hold all of it in memory.
 */
const KEPT_BYTES = 50_000_000

/**
 * From so many replays of so many rows on, somebody is told. Fewer replays take less time than reading the rows took,
 * and so few rows are replayed within a second: about 6 µs each.
 */
const MANY_REPLAYS = 20
const MANY_ROWS = 100_000

export class Replay {
  private readonly makePages: () => PageSource
  private readonly note: (what: string) => void
  private readonly tellMany: (replays: number, rows: number) => void
  private pages: PageSource
  private kept: Page[] = []
  private keptBytes = 0
  private pageIndex = 0
  private row = 0
  private noted = false
  /** True once a page was released. */
  private incomplete = false
  /** `read` counts the rows since the last rewind; the other is the most rows that were ever read. */
  private read = 0
  private mostRead = 0
  /** The replays that have ended, and their rows in sum. */
  private replays = 0
  private replayed = 0
  private toldMany = false
  /** True if the last row had been given before. */
  replaying = false

  /**
   * `note` is called with how a rescan gets its rows. `tellMany` is called once, while the scan still runs, if very many
   * rows were replayed.
   */
  constructor(
    makePages: () => PageSource,
    note: (what: string) => void,
    tellMany: (replays: number, rows: number) => void,
  ) {
    this.makePages = makePages
    this.pages = makePages()
    this.note = note
    this.tellMany = tellMany
  }

  /**
   * The next row, for which a page is fetched if need be; null at the end.
   * @throws {FdwError} connect, status, decode.
   */
  next(): { readonly page: Page; readonly row: number } | null {
    for (;;) {
      const page = this.kept[this.pageIndex]
      if (page === undefined) {
        const fetched = this.pages.next()
        if (fetched === null) return null
        this.keep(fetched)
        continue
      }
      while (this.row < page.rowCount && !isWanted(page, page.firstRow + this.row)) this.row++
      if (this.row < page.rowCount) return this.step(page)
      this.pageIndex++
      this.row = 0
    }
  }

  /** Goes back to the first row. */
  rewind(): void {
    this.countReplay()
    if (this.incomplete) {
      this.note('a rescan asks again: not all objects were kept in memory')
      this.release()
      this.pages = this.makePages()
      this.incomplete = false
    } else if (!this.noted && this.mostRead > 0) {
      // A join rescans for every outer row, so this is noted only once.
      this.note('rescans read from memory')
      this.noted = true
    }
    this.pageIndex = 0
    this.row = 0
    this.read = 0
  }

  release(): void {
    for (const page of this.kept) page.document.release()
    this.kept = []
    this.keptBytes = 0
  }

  /** Counts the pass that ends, unless it was the first. It is done once a pass, because a row has no time for it. */
  private countReplay(): void {
    if (!this.replaying || this.read === 0) return
    this.replays++
    this.replayed += this.read
    if (this.toldMany || this.replays < MANY_REPLAYS || this.replayed < MANY_ROWS) return
    this.toldMany = true
    this.tellMany(this.replays, this.replayed)
  }

  private step(page: Page): { readonly page: Page; readonly row: number } {
    const found = { page, row: page.firstRow + this.row }
    this.row++
    this.replaying = this.read < this.mostRead
    this.read++
    this.mostRead = Math.max(this.mostRead, this.read)
    return found
  }

  private keep(page: Page): void {
    if (this.keptBytes + page.bytes > KEPT_BYTES && this.kept.length > 0) {
      this.incomplete = true
      this.release()
      this.pageIndex = 0
    }
    this.kept.push(page)
    this.keptBytes += page.bytes
  }
}
