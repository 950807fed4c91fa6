// The sum of a test run: what is skipped is said with its reason.
import { describe, expect, it } from 'vitest'
import { add, NONE, skippedLines, vitestCounts } from './counts.ts'

const reportOf = (...tests: readonly [fullName: string, status: string][]): string =>
  JSON.stringify({
    numPassedTests: tests.filter(([, status]) => status === 'passed').length,
    numFailedTests: 0,
    numPendingTests: tests.filter(([, status]) => status === 'skipped').length,
    testResults: [
      {
        name: 'some.test.ts',
        message: '',
        assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
      },
    ],
  })

describe('skippedLines', () => {
  it('sums up by reason, whether it stands at the test or at its group', () => {
    const one = vitestCounts(
      reportOf(
        ['logs (skipped: no kubelet) prints', 'skipped'],
        ['logs (skipped: no kubelet) follows', 'skipped'],
        ['a name (skipped: no cron)', 'skipped'],
        ['a name with (skipped: nothing) in it that ran', 'passed'],
      ),
    )
    expect(skippedLines(add(one, NONE))).toEqual([
      'skipped: 2, because no kubelet',
      'skipped: 1, because no cron',
    ])
  })

  it('says where no reason was given', () => {
    const silent = vitestCounts(reportOf(['a test', 'skipped'], ['another (skipped: no cron)', 'skipped']))
    expect(skippedLines(silent)).toEqual([
      'skipped: 1, because no cron',
      'skipped: 1, because no reason was given',
    ])
  })

  it('says nothing where all ran', () => {
    expect(skippedLines(vitestCounts(reportOf(['a test', 'passed'])))).toEqual([])
  })
})
