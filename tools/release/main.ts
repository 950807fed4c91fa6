// The commands of a release: build, cut VERSION, compare TAG, notes FILE. None of them pushes, tags or publishes.
import { say, StepFailed } from '../step.ts'
import { cut, notes, tagProblems } from './changelog.ts'
import { isRecorded, packageVersion, read, recordSql, write, writeVersion } from './files.ts'
import { release } from './release.ts'

const [command, argument] = process.argv.slice(2)

const given = (name: string): string => {
  if (argument === undefined) throw new StepFailed(`${String(command)} takes ${name}`)
  return argument
}

const COMMANDS: Record<string, () => Promise<void> | void> = {
  build: release,

  /** Makes the section of a version, writes the version wherever it is named, and keeps its SQL. */
  cut: () => {
    const version = given('a version X.Y.Z')
    const today = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length)
    write('CHANGELOG.md', cut(read('CHANGELOG.md'), version, today))
    for (const path of ['CHANGELOG.md', ...writeVersion(version)]) say(`${path} says ${version}`)
    say(`${recordSql()} is what later versions update from`)
    say(`look at the diff, run make test, commit, and push the tag v${version}`)
  },

  compare: () => {
    const version = packageVersion()
    const found = tagProblems(read('CHANGELOG.md'), version, given('a tag'), isRecorded(version))
    if (found.length > 0) throw new StepFailed(found.join('\n    '))
    say(`${given('a tag')} is what package.json, CHANGELOG.md and sql/released say`)
  },

  notes: () => {
    const text = notes(read('CHANGELOG.md'), packageVersion())
    if (text === undefined) throw new StepFailed(`CHANGELOG.md has no section for ${packageVersion()}`)
    write(given('a file'), `${text}\n`)
  },
}

const chosen = COMMANDS[command ?? '']
if (chosen === undefined) {
  say(`no command ${command ?? ''}; there are: ${Object.keys(COMMANDS).join(', ')}`)
  process.exit(2)
}
try {
  await chosen()
} catch (error) {
  if (!(error instanceof Error)) throw error
  say(error.message)
  process.exitCode = 1
}
