// `make test` and `make check`: runs every chosen suite, two at once, even if others failed, and prints the closing line.
import { buildAll, buildKubectl } from '../build/parts.ts'
import { elapsed, say, StepFailed } from '../step.ts'
import { add, NONE, render, skippedLines, type Counts } from './counts.ts'
import { runTogether } from './schedule.ts'
import { SUITES, type Suite } from './suites.ts'

const AT_ONCE = 2

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !SUITES.some((suite) => suite.name === name))
if (unknown.length > 0) {
  say(`no suite ${unknown.join(', ')}; there are: ${SUITES.map((suite) => suite.name).join(', ')}`)
  process.exit(2)
}
const chosen = SUITES.filter((suite) => wanted.length === 0 || wanted.includes(suite.name))

const begun = Date.now()
let total: Counts = NONE
const failed: string[] = []
const account = (name: string, counts: Counts): void => {
  total = add(total, counts)
  if (counts.failed > 0) failed.push(name)
}
const failure = (error: unknown): Counts => {
  if (!(error instanceof StepFailed)) say(error instanceof Error ? error.message : String(error))
  return { ...NONE, failed: 1 }
}

const builds = chosen.some((suite) => suite.needsBuilds)
  ? buildAll(['current', 'legacy', 'own'], buildKubectl).catch((error: unknown) => {
      account('build', failure(error))
    })
  : Promise.resolve()
const early = new Map(
  chosen.flatMap((suite) =>
    suite.early === undefined ? [] : [[suite.name, suite.early().then(() => undefined, failure)] as const],
  ),
)
const run = async (suite: Suite): Promise<void> => {
  account(suite.name, (await early.get(suite.name)) ?? (await suite.run().catch(failure)))
}
const ready = chosen.filter((suite) => !suite.needsBuilds)
await runTogether(ready, AT_ONCE, run)
await builds
const others = chosen.filter((suite) => suite.needsBuilds)
await runTogether(others, AT_ONCE, run)
say(`every suite has run, in ${elapsed(begun)}`)
if (failed.length > 0) say(`failed: ${failed.join(', ')}; their output is in .cache/logs`)
for (const line of skippedLines(total)) say(line)
process.stdout.write(`${render(total)}\n`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
