// Where the reading of a list stands between two answers: its continue tokens, its end, and whether it has one.
// Makes no request.
import { oneLine } from '../text/one-line.ts'

/** So many pages without an object may follow each other: a server may leave out what its selectors do not match. */
const MOST_EMPTY_PAGES = 100

export class Pagination {
  /** Of the next request; null for the first page. */
  continueToken: string | null = null
  /** No page follows. */
  ended = false
  /** No page has been given. */
  isFresh = true
  private readonly seenTokens: string[] = []
  private emptyPages = 0
  /** Namespace and name of the last page's first object. */
  private firstObject = ''
  private restarted = false

  /**
   * Goes on after a page: `token` is its continue token, `firstObject` what names its first object, '' where nothing does.
   * Gives why such pages would come for ever, and null where they need not.
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
   * What to do after a 410, when the snapshot behind the continue token is gone: `token` is the one that goes on at the newest
   * state. `restart` begins anew, which is right only while no object was given.
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
