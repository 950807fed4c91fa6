// The commands of a release: build, compare TAG, notes FILE. None of them pushes, tags or publishes.
import { writeFileSync } from 'node:fs'
import { inRoot } from '../paths.ts'
import { say, StepFailed } from '../step.ts'
import { notes, tagProblems } from './changelog.ts'
import { isRecorded, packageVersion, read } from './files.ts'
import { release } from './release.ts'

const [command, argument] = process.argv.slice(2)

const given = (name: string): string => {
  if (argument === undefined) throw new StepFailed(`${String(command)} takes ${name}`)
  return argument
}

const COMMANDS: Record<string, (() => Promise<void> | void) | undefined> = {
  build: release,

  compare: () => {
    const version = packageVersion()
    const found = tagProblems(read('CHANGELOG.md'), version, given('a tag'), isRecorded(version))
    if (found.length > 0) throw new StepFailed(found.join('\n    '))
    say(`${given('a tag')} is what package.json, CHANGELOG.md and sql/released say`)
  },

  notes: () => {
    const text = notes(read('CHANGELOG.md'), packageVersion())
    if (text === undefined) throw new StepFailed(`CHANGELOG.md has no section for ${packageVersion()}`)
    writeFileSync(inRoot(given('a file')), `${text}\n`)
  },
}

try {
  const chosen = COMMANDS[command ?? '']
  if (chosen === undefined) throw new StepFailed(`commands: ${Object.keys(COMMANDS).join(', ')}`)
  await chosen()
} catch (error) {
  if (!(error instanceof Error)) throw error
  say(error.message)
  process.exitCode = 1
}
