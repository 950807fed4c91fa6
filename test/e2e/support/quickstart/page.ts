// Reads a quick start's page as steps, in order: what the reader types, and the screen that the page shows for it. It
// also writes screens anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { inRoot } from '../../../../tools/paths.ts'
import { fencesOf } from '../../../support/fences.ts'

export interface Step {
  /** `7. Rows, line 90` */
  readonly title: string
  readonly language: string
  readonly text: string
  /** The screen, a block without a language right after it. */
  readonly shown: string | undefined
  /** Lines of the screen's two fences. */
  readonly fences: readonly [number, number] | undefined
}

export const readSteps = (path: string): Step[] => {
  const fences = fencesOf(readFileSync(inRoot(path), 'utf8'))
  return fences.flatMap((fence, i) => {
    const before = fences[i - 1]
    if (fence.language === '') {
      if (before === undefined || before.language === '')
        throw new Error(`${path}: nothing is typed for the screen at line ${fence.first + 1}`)
      return []
    }
    const next = fences[i + 1]
    const screen = next?.language === '' ? next : undefined
    return [
      {
        title: `${fence.heading}, line ${fence.first + 1}`,
        language: fence.language,
        text: fence.text,
        shown: screen?.text,
        fences: screen === undefined ? undefined : ([screen.first, screen.last] as const),
      },
    ]
  })
}

/** Puts the screens that were printed into the page. */
export const rewrite = (path: string, printed: ReadonlyMap<Step, string>): void => {
  const lines = readFileSync(inRoot(path), 'utf8').split('\n')
  const steps = [...printed].filter(([step]) => step.fences !== undefined)
  for (const [step, text] of steps.reverse()) {
    const [first, last] = step.fences ?? [0, 0]
    lines.splice(first + 1, last - first - 1, ...text.split('\n'))
  }
  writeFileSync(inRoot(path), lines.join('\n'))
}
