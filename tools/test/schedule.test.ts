// Which suites run at the same time, seen in the order in which they begin and end.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { runTogether } from './schedule.ts'
import { BUILT, PLAIN } from './suites.ts'

interface Task {
  readonly name: string
  readonly ms: number
  readonly shares?: readonly string[]
}

const events = async (most: number, tasks: readonly Task[]): Promise<string> => {
  const seen: string[] = []
  await runTogether(tasks, most, async ({ name, ms }) => {
    seen.push(`${name}…`)
    await sleep(ms)
    seen.push(name)
  })
  return seen.join(' ')
}

const quick = (name: string): Task => ({ name, ms: 5 })
const slow = (name: string): Task => ({ name, ms: 100 })
const shares = (task: Task): Task => ({ ...task, shares: ['x', task.name] })

describe('runTogether', () => {
  it.each([
    ['one after the other', 1, [slow('a'), quick('b')], 'a… a b… b'],
    ['two at once, and the next when one ends', 2, [slow('a'), quick('b'), quick('c')], 'a… b… b c… c a'],
    [
      'none beside one that shares something with it, but those after it',
      2,
      [shares(slow('a')), shares(quick('b')), quick('c')],
      'a… c… c a b… b',
    ],
    ['nothing', 2, [], ''],
  ])('runs %s', async (_what, most, tasks, expected) => {
    expect(await events(most, tasks)).toBe(expected)
  })

  it('throws what a task throws', async () => {
    await expect(runTogether([quick('a')], 2, () => Promise.reject(new Error('it ended')))).rejects.toThrow(
      'it ended',
    )
  })
})

const SUITES = [...PLAIN, ...BUILT]

describe('the suites', () => {
  it('have names of their own', () => {
    expect(new Set(SUITES.map(({ name }) => name)).size).toBe(SUITES.length)
  })

  it.each([
    ['the talk’s /kubeconfig', 'kubeconfig', ['e2e', 'legacy', 'talk']],
    ['the transcript of the library', 'own', ['own', 'talk']],
  ] as const)('never use %s at once', (_what, thing, names) => {
    expect(SUITES.filter(({ shares }) => shares?.includes(thing)).map(({ name }) => name)).toEqual(names)
  })
})
