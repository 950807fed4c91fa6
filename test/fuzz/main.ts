// Random templates over random objects: client-go, the source and the built component have to find the same.
// `node test/fuzz/main.ts --seconds 600 --seed 1`, with Go installed and the component built; ends with 1 at a difference,
// which is shown as small as it could be made. Also holds the recorded answers to the oracle's. --objects ends it after so
// many, whatever the time; --path takes what is printed beside the seed of a difference, and begins with it.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as fc from 'fast-check'
import { jsonTree } from '../support/portable-host/json-tree.ts'
import { wrongCell } from '../unit/oracle/cells.ts'
import { ask, buildOracle } from '../unit/oracle/client-go.ts'
import { answerOf, evaluate } from '../unit/oracle/compare.ts'
import type { Answer } from '../unit/oracle/compare.ts'
import { staleFiles } from '../unit/oracle/recorded.ts'
import transpile from '../contract/transpile.ts'
import { scanOnBoth } from './engines.ts'
import { randomObject } from './objects.ts'
import { randomTape, TemplateWriter } from './templates.ts'
import { judge } from './verdict.ts'

/** The most templates for one object. */
const TEMPLATES = 100
const PROGRESS_MS = 10_000

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string', default: '' },
    objects: { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
  },
})

const randomSubject = fc
  .tuple(randomObject, fc.array(randomTape, { minLength: 1, maxLength: TEMPLATES, size: 'max' }))
  .map(([object, tapes]) => {
    const tree = jsonTree(object)
    return { object, templates: [...new Set(tapes.map((tape) => new TemplateWriter(tape).template(tree)))] }
  })

function differ(what: string, template: string, object: string, theirs: unknown, ours: unknown): never {
  throw new Error(
    `${what}\n  template  ${JSON.stringify(template)}\n  object    ${object}\n` +
      `  client-go ${JSON.stringify(theirs)}\n  here      ${JSON.stringify(ours)}`,
  )
}

const verdicts = new Map<string, number>()

/** The engines' cells are what src/ found, each template alone. */
async function checkScans(object: string, found: ReadonlyMap<string, Answer>): Promise<void> {
  const paths = [...found.keys()]
  const [source, component] = await scanOnBoth(object, paths)
  if ('error' in source || 'error' in component)
    differ('a scan failed', paths.join('\n'), object, source, component)
  for (const [i, [template, answer]] of [...found].entries()) {
    const cells = source.cells[i] ?? { text: null, json: null }
    const wrong = wrongCell(template, answer, cells)
    if (wrong !== null) differ('the cells are not what was found', template, object, answer, cells)
    if (JSON.stringify(cells) !== JSON.stringify(component.cells[i]))
      differ('the component differs from the source', template, object, cells, component.cells[i])
  }
}

async function checkRefusal(object: string, template: string): Promise<void> {
  const [source, component] = await scanOnBoth(object, [template])
  const same = JSON.stringify(source) === JSON.stringify(component)
  if (!same || !('error' in source) || !source.error.startsWith('k8s_fdw[option]'))
    differ('the engines refuse in two ways', template, object, source, component)
}

async function check(object: string, templates: readonly string[]): Promise<void> {
  const tree = jsonTree(object)
  // Once is quick, and does not tell whether the order of a Go map decides: judge() takes any.
  const answers = ask([{ object, paths: templates }], 1)[0]?.paths.map((answer) => answerOf(jsonTree(answer)))
  const found = new Map<string, Answer>()
  const refused: string[] = []
  for (const [i, template] of templates.entries()) {
    const answer = answers?.[i] as Answer
    // It may be a refusal, but no other failure.
    const outcome = evaluate(template, tree)
    const verdict = judge(template, tree, outcome, answer)
    if (verdict === undefined) differ('client-go differs', template, object, answer, outcome)
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
    if ('error' in outcome) refused.push(template)
    else found.set(template, { ...outcome, failed: null, message: '', varies: false, bytes: false })
  }
  await checkScans(object, found)
  if (refused[0] !== undefined) await checkRefusal(object, refused[0])
}

const templatesJudged = (): number => [...verdicts.values()].reduce((sum, count) => sum + count, 0)

// Not where a run of the suite contract has its own.
process.env['CONTRACT_TRANSPILED'] ??= join(import.meta.dirname, '..', '..', '.cache', 'fuzz')
buildOracle()
await transpile()
const begun = Date.now()
let shown = begun
const property = fc.asyncProperty(randomSubject, async ({ object, templates }) => {
  await check(object, templates)
  if (Date.now() - shown < PROGRESS_MS) return
  shown = Date.now()
  console.log(`${Math.round((shown - begun) / 1000)} s: ${templatesJudged()} templates`)
})
const result = await fc.check(property, {
  seed: Number(options.seed),
  path: options.path,
  numRuns: Number(options.objects),
  interruptAfterTimeLimit: Number(options.seconds) * 1000,
})
console.log(`seed ${options.seed}, ${templatesJudged()} templates:`)
for (const [verdict, count] of [...verdicts].sort((a, b) => b[1] - a[1])) console.log(`  ${count} ${verdict}`)
if (result.failed) console.log(`--path ${String(result.counterexamplePath)}: ${String(result.errorInstance)}`)
const stale = staleFiles()
for (const { path } of stale)
  console.log(`${path} is not what the oracle answers: node test/unit/oracle/record.ts`)
// Objects, each with all of its templates, and the recorded answers.
const failed = Number(result.failed) + Number(stale.length > 0)
const passed = result.numRuns + 1 - failed
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1
