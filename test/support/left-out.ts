// Leaves a test out for a reason, which is put into the test's title, where the run's sum finds it.
import { describe, it } from 'vitest'

/** Undefined: the test runs. */
export type Reason = string | undefined

const titled = (title: string, reason: string): string => `${title} (skipped: ${reason})`

export const describeUnless = (reason: Reason, title: string, body: () => void): void => {
  if (reason === undefined) describe(title, body)
  else describe.skip(titled(title, reason), body)
}

/** `timeoutMillis` undefined: the suite's own. */
export const itUnless = (
  reason: Reason,
  title: string,
  body: () => void | Promise<void>,
  timeoutMillis?: number,
): void => {
  if (reason === undefined) it(title, body, timeoutMillis)
  else it.skip(titled(title, reason), body, timeoutMillis)
}
