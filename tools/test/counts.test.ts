// The sum of a test run: what is skipped is said with its reason.
import { describe, expect, it } from 'vitest'
import { add, NONE, skippedLines, vitestCounts, type Counts } from './counts.ts'

const countsOf = (...tests: readonly [fullName: string, status: string][]): Counts => {
  const assertionResults = tests.map(([fullName, status]) => ({ fullName, status }))
  return vitestCounts('', JSON.stringify({ testResults: [{ assertionResults }] }))
}

describe('skippedLines', () => {
  it('sums up by reason, whether it stands at the test or at its group', () => {
    const one = countsOf(
      ['logs (skipped: no kubelet) prints', 'skipped'],
      ['logs (skipped: no kubelet) follows', 'skipped'],
      ['a name (skipped: no cron)', 'skipped'],
      ['a name with (skipped: nothing) in it that ran', 'passed'],
    )
    expect(skippedLines(add(one, NONE))).toEqual([
      'skipped: 2, because no kubelet',
      'skipped: 1, because no cron',
    ])
  })

  it('says where no reason was given', () => {
    const silent = countsOf(['another (skipped: no cron)', 'skipped'], ['a test', 'skipped'])
    expect(skippedLines(silent)).toEqual([
      'skipped: 1, because no cron',
      'skipped: 1, because no reason was given',
    ])
  })

  it('says nothing where all ran', () => {
    expect(skippedLines(countsOf(['a test', 'passed']))).toEqual([])
  })
})
