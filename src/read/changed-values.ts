// Counts the values that are not shown as they are, and reports each sort in one warning when the scan ends.
import type { Messages } from '../host.ts'

/**
 * `misfit` is a value that became NULL under on_error 'null'; `substitute` is a text that is shown without its U+0000.
 */
export type Change = 'misfit' | 'substitute'

const TEXTS: { readonly [change in Change]: readonly [one: string, many: string] } = {
  misfit: ['value does not fit its column and is NULL', 'values do not fit their columns and are NULL'],
  substitute: [
    'value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place',
    'values have U+0000, which Postgres cannot hold, and are shown with U+FFFD in its place',
  ],
}

export class ChangedValues {
  private readonly host: Messages
  private readonly prefix: string
  private readonly counts = { misfit: 0, substitute: 0 }
  private readonly first = { misfit: '', substitute: '' }
  /** The number of Secrets that had a label masked. */
  hiddenLabels = 0

  /** `prefix` stands before each warning. */
  constructor(host: Messages, prefix: string) {
    this.host = host
    this.prefix = prefix
  }

  /** Counts one value. `what` says where it is and why it is changed. */
  count(change: Change, what: string): void {
    if (this.counts[change] === 0) this.first[change] = what
    this.counts[change]++
  }

  /** Prints a warning about what was counted since the last report. */
  report(): void {
    this.reportHiddenLabels()
    this.reportChange('misfit')
    this.reportChange('substitute')
  }

  private reportHiddenLabels(): void {
    const { hiddenLabels } = this
    if (hiddenLabels === 0) return
    this.hiddenLabels = 0
    const secrets = hiddenLabels === 1 ? 'a Secret' : `${hiddenLabels} Secrets`
    this.host.warning(
      `${this.prefix}labels of ${secrets} are shown as ***, for they hold a value of the Secret: a condition on them finds nothing`,
    )
  }

  private reportChange(change: Change): void {
    const count = this.counts[change]
    if (count === 0) return
    this.counts[change] = 0
    const [one, many] = TEXTS[change]
    this.host.warning(
      `${this.prefix}${count === 1 ? `1 ${one}` : `${count} ${many}; the first`}: ${this.first[change]}`,
    )
  }
}
