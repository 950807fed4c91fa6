// Reads from a runner's output how many tests it ran. Output that cannot be read counts as no test, and a suite that
// ran none has failed.
export interface Counts {
  readonly passed: number
  readonly failed: number
  /** Why tests were skipped, one entry a test. */
  readonly skipped: readonly string[]
}

/** `report` is what vitest writes; there is none if it could not begin. */
export type Count = (output: string, report: string | undefined) => Counts

export const NO_REASON = 'no reason was given'

export const NONE: Counts = { passed: 0, failed: 0, skipped: [] }

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: [...a.skipped, ...b.skipped],
})

/** One line a reason, with how many tests it kept from running: `skipped: 12, because …`. */
export const skippedLines = ({ skipped }: Counts): string[] =>
  [...new Set(skipped)].map(
    (reason) => `skipped: ${skipped.filter((other) => other === reason).length}, because ${reason}`,
  )

export const render = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`

/** What test/support/left-out.ts writes into the title of a test or a group that is left out. */
const REASON = /\(skipped: ([^)]+)\)/

/** The statuses are those of vitest and of Go; others, such as that a test begins, do not count. */
const countTests = (tests: readonly { readonly status: string; readonly title: string }[]): Counts => {
  const are = (...statuses: readonly string[]) => tests.filter(({ status }) => statuses.includes(status))
  return {
    passed: are('passed', 'pass').length,
    failed: are('failed', 'fail').length,
    skipped: are('skipped', 'skip', 'pending', 'todo').map(
      ({ title }) => REASON.exec(title)?.[1] ?? NO_REASON,
    ),
  }
}

interface VitestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

export const vitestCounts: Count = (_output, report) => {
  const { testResults } = JSON.parse(report ?? '{"testResults":[]}') as VitestReport
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  return countTests(tests.map(({ status, fullName }) => ({ status, title: fullName })))
}

/** The events of `go test -json`; other lines between them are left alone. */
export const goCounts: Count = (output) => {
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  const events = lines.map((line) => JSON.parse(line) as { Action: string; Test?: string })
  return countTests(
    events.flatMap(({ Action, Test }) => (Test === undefined ? [] : { status: Action, title: Test })),
  )
}

/** `test result: ok. 12 passed; 0 failed; 1 ignored; …`, one line a test binary. */
export const cargoCounts: Count = (output) =>
  [...output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)]
    .map(([, passed, failed, ignored]) => ({
      passed: Number(passed),
      failed: Number(failed),
      skipped: Array<string>(Number(ignored)).fill(NO_REASON),
    }))
    .reduce(add, NONE)

/** The last line of an output, `N passed, N failed`. */
export const closingCounts: Count = (output) => {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed\s*(?![^])/m.exec(output) ?? []
  return { ...NONE, passed: Number(passed ?? 0), failed: Number(failed ?? 0) }
}
