// What becomes of a scan whose API server cannot be reached, if the server's option says that it is left out.
import type { Api } from '../cluster/api.ts'
import type { Page, PageSource } from '../cluster/page.ts'
import { FdwError } from '../errors.ts'
import type { Reading } from '../plan/plan.ts'
import { Union } from './union.ts'

interface Plan {
  readonly reading: Reading
  readonly makePages: () => PageSource
}

/**
 * The pages of a cluster that may be away: then there are none, and a warning. An answer that breaks off after pages were
 * given stays an error, because a part of the rows would be there.
 */
export class ReachablePages implements PageSource {
  private readonly pages: PageSource
  private readonly warn: (error: FdwError) => void
  private hasGiven = false
  private isAway = false

  constructor(pages: PageSource, warn: (error: FdwError) => void) {
    this.pages = pages
    this.warn = warn
  }

  /** @throws {FdwError} of every other failure. */
  next(): Page | null {
    if (this.isAway) return null
    try {
      const page = this.pages.next()
      this.hasGiven = this.hasGiven || page !== null
      return page
    } catch (error) {
      if (this.hasGiven || !isUnreachable(error)) throw error
      this.warn(error)
      this.isAway = true
      return null
    }
  }
}

function isUnreachable(error: unknown): error is FdwError {
  return error instanceof FdwError && error.code === 'connect'
}

/**
 * The plan of a scan, or one of no rows if the cluster had to be asked for it and cannot be reached. `what` is what the
 * table shows, and `nothing` makes the reading of no rows.
 * @throws {FdwError} of every other failure.
 */
export function planReachable(api: Api, what: string, plan: () => Plan, nothing: () => Reading): Plan {
  const warn = (error: FdwError): void => {
    api.warnOnce(`${what} are left out, for the API server cannot be reached: ${error.message}`)
  }
  try {
    const { reading, makePages } = plan()
    return { reading, makePages: () => new ReachablePages(makePages(), warn) }
  } catch (error) {
    if (!isUnreachable(error)) throw error
    warn(error)
    return { reading: nothing(), makePages: () => new Union(null, []) }
  }
}
