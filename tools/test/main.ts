// `make test` and `make check`: runs every chosen suite, two at once, even if others failed, and prints the closing line.
import { buildAll, buildKubectl } from '../build/parts.ts'
import { elapsed, say, StepFailed } from '../step.ts'
import { add, NONE, render, skippedLines, type Counts } from './counts.ts'
import { runTogether } from './schedule.ts'
import { runSuite, type Suite } from './suite.ts'
import { BUILT, PLAIN } from './suites.ts'

const AT_ONCE = 2

const wanted = process.argv.slice(2)
const names = [...PLAIN, ...BUILT].map(({ name }) => name)
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  say(`no suite ${unknown.join(', ')}; there are: ${names.join(', ')}`)
  process.exit(2)
}
const chosen = (suites: readonly Suite[]): Suite[] =>
  suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name))

const begun = Date.now()
let total: Counts = NONE
const failed: string[] = []
const run = async (name: string, work: () => Promise<Counts>): Promise<void> => {
  const counts = await work().catch((error: unknown) => {
    if (!(error instanceof StepFailed)) say(error instanceof Error ? error.message : String(error))
    return { ...NONE, failed: 1 }
  })
  total = add(total, counts)
  if (counts.failed > 0) failed.push(name)
}
const runAll = (suites: readonly Suite[]): Promise<void> =>
  runTogether(suites, AT_ONCE, (suite) => run(suite.name, () => runSuite(suite)))

const built = chosen(BUILT)
const builds = run('build', async () => {
  if (built.length > 0) await buildAll(['current', 'legacy', 'own'], [buildKubectl])
  return NONE
})
await runAll(chosen(PLAIN))
await builds
await runAll(built)
say(`every suite has run, in ${elapsed(begun)}`)
if (failed.length > 0) say(`failed: ${failed.join(', ')}; their output is in .cache/logs`)
for (const line of skippedLines(total)) say(line)
process.stdout.write(`${render(total)}\n`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
