// Reads from a runner's output how many tests it ran. Output that cannot be read counts as no test, and a suite that
// ran none has failed.
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Why tests were skipped, one entry a test that says it. */
  readonly reasons: readonly string[]
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] }

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  reasons: [...a.reasons, ...b.reasons],
})

/** One line a reason, with how many tests it kept from running: `skipped: 12, because …`. */
export const skippedLines = (counts: Counts): string[] => {
  const known = [...new Set(counts.reasons)].map((reason) => ({
    reason,
    count: counts.reasons.filter((other) => other === reason).length,
  }))
  const silent = counts.skipped - counts.reasons.length
  const all = silent > 0 ? [...known, { reason: 'no reason was given', count: silent }] : known
  return all.map(({ reason, count }) => `skipped: ${count}, because ${reason}`)
}

export const render = (counts: Counts): string =>
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

const NO_REPORT: VitestReport = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] }

const isRun = (status: string): boolean => status === 'passed' || status === 'failed'

/** What test/support/left-out.ts writes into the title of a test or a group that is left out. */
const REASON = /\(skipped: ([^)]+)\)/

/** There is no report if vitest could not begin. */
const vitestReport = (json: string | undefined): VitestReport =>
  json === undefined ? NO_REPORT : (JSON.parse(json) as VitestReport)

export const vitestCounts = (json: string | undefined): Counts => {
  const report = vitestReport(json)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests,
    reasons: report.testResults
      .flatMap((file) => file.assertionResults)
      .flatMap((test) => (isRun(test.status) ? [] : (REASON.exec(test.fullName)?.slice(1) ?? []))),
  }
}

/** Each failed test with its message, and each file that didn't load. */
export const vitestFailures = (json: string | undefined): string[] =>
  vitestReport(json).testResults.flatMap((file) => [
    ...(file.message === '' ? [] : [`${file.name}: ${file.message}`]),
    ...file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${test.fullName}\n${(test.failureMessages ?? []).join('\n')}`),
  ])

/** `test result: ok. 12 passed; 0 failed; 1 ignored; …`, one line a test binary. */
export const cargoCounts = (output: string): Counts =>
  [...output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)]
    .map(([, passed, failed, skipped]) => ({
      passed: Number(passed),
      failed: Number(failed),
      skipped: Number(skipped),
      reasons: [],
    }))
    .reduce(add, NONE)

const GO_ACTIONS: Record<string, Counts> = {
  pass: { ...NONE, passed: 1 },
  fail: { ...NONE, failed: 1 },
  skip: { ...NONE, skipped: 1 },
}

/** The events of `go test -json`; other lines between them are left alone. */
export const goCounts = (output: string): Counts =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { Action: string; Test?: string })
    .map((event) => (event.Test === undefined ? NONE : (GO_ACTIONS[event.Action] ?? NONE)))
    .reduce(add, NONE)

/** The last line `N passed, N failed` of an output. */
export const closingCounts = (output: string): Counts => {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1)
  return last === undefined ? NONE : { ...NONE, passed: Number(last[1]), failed: Number(last[2]) }
}
