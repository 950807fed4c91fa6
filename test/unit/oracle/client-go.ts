// Starts the oracle (main.go) and asks it.
// Knows no case.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What client-go answered to one path. */
export interface Answer {
  readonly text?: string
  /** For each action of the template, in the order that they were met, all that it led to. */
  readonly results?: readonly (readonly unknown[])[]
  readonly failed?: 'parse' | 'execute' | 'panic'
  readonly message?: string
  /** The order of a Go map decides. */
  readonly varies?: boolean
  /** A wildcard over a string led to its bytes, which `results` lacks. */
  readonly bytes?: boolean
}

export interface Question {
  /** A JSON text. */
  readonly object?: string
  readonly paths?: readonly string[]
  readonly quantities?: readonly string[]
}

/** How often a path is evaluated to see whether the order of a Go map decides: enough to miss none in practice. */
const MANY_RUNS = 150

/** An answer's JSON, still text where `results` hold digits that a double would lose. */
export interface Reply {
  readonly paths: readonly string[]
  readonly quantities: readonly (string | null)[]
}

const BINARY = join(import.meta.dirname, '..', '..', '..', '.cache', 'client-go')

/** Builds the oracle; Go has to be installed. */
export function buildOracle(): void {
  execFileSync('go', ['build', '-o', BINARY, '.'], { cwd: import.meta.dirname, stdio: 'inherit' })
}

/** Answers in the questions' order. */
export function ask(questions: readonly Question[], runs: number = MANY_RUNS): Reply[] {
  const lines = questions.map(
    ({ object, paths, quantities }) =>
      `{"object":${(object ?? 'null').replace(/\n/g, ' ')},"paths":${JSON.stringify(paths ?? [])},"quantities":${JSON.stringify(quantities ?? [])},"runs":${runs}}\n`,
  )
  const { status, stdout, stderr } = spawnSync(BINARY, {
    input: lines.join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  if (status !== 0) throw new Error(`the oracle ended with ${status}: ${stderr}`)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Reply)
}
