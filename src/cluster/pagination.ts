// Where the reading of a list stands between two answers: its continue tokens, its end, and whether it has an end.
import { oneLine } from '../text/one-line.ts'

/**
 * The most pages without an object that may follow each other. A server may leave out what its selectors do not match.
 */
const MOST_EMPTY_PAGES = 100

export class Pagination {
  /** The continue token of the next request; null for the first page. */
  continueToken: string | null = null
  /** True if no page follows. */
  ended = false
  /** True until the first page is given. */
  isFresh = true
  private readonly seenTokens: string[] = []
  private emptyPages = 0
  /** The namespace and name of the last page's first object. */
  private firstObject = ''
  private restarted = false

  /**
   * Goes on after a page. `token` is its continue token; `firstObject` identifies its first object, and is '' if
   * nothing does. Returns why such pages would never end; null if they may end.
   */
  advance(token: string | null, rowCount: number, firstObject: string): string | null {
    const before = this.firstObject
    this.firstObject = firstObject
    this.emptyPages = rowCount === 0 ? this.emptyPages + 1 : 0
    if (token !== null && this.seenTokens.includes(token))
      return 'the answer repeats an earlier continue token'
    if (before !== '' && before === firstObject)
      return `the answer begins with the same object as the page before, ${oneLine(before)}`
    if (token !== null && this.emptyPages === MOST_EMPTY_PAGES)
      return `${MOST_EMPTY_PAGES} pages without an object came in a row`
    this.isFresh = false
    this.goOn(token)
    return null
  }

  /**
   * What to do after a 410, which means that the snapshot behind the continue token is gone. `token` is the one that
   * goes on at the newest state. `restart` begins the list anew, which is right only as long as no object was given.
   */
  recover(token: string | null): 'goOn' | 'restart' | 'fail' {
    if (token !== null && ++this.emptyPages < MOST_EMPTY_PAGES) {
      this.goOn(token)
      return 'goOn'
    }
    if (!this.isFresh || this.restarted) return 'fail'
    this.restarted = true
    this.continueToken = null
    return 'restart'
  }

  private goOn(token: string | null): void {
    if (token !== null) this.seenTokens.push(token)
    this.continueToken = token
    this.ended = token === null
  }
}
