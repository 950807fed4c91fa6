// Random templates over random objects: client-go, the source and the built component have to find the same.
// `node test/fuzz/main.ts --seconds 600 --seed 1`, with Go installed and the component built; ends with 1 at a difference.
// Also holds the recorded answers to the oracle's. --objects ends it after so many, whatever the time.
import { parseArgs } from 'node:util'
import { jsonTree } from '../../engine/portable/json-tree.ts'
import { jsonText } from '../../src/json/number.ts'
import type { JsonValue } from '../../src/json/values.ts'
import { wrongCell } from '../unit/oracle/cells.ts'
import { ask, buildOracle } from '../unit/oracle/client-go.ts'
import { answerOf, evaluate } from '../unit/oracle/compare.ts'
import type { Answer, Outcome } from '../unit/oracle/compare.ts'
import { staleFiles } from '../unit/oracle/recorded.ts'
import { scanPaths, transpile } from './engines.ts'
import { minimise } from './minimise.ts'
import { randomObject } from './objects.ts'
import { Random } from './random.ts'
import { randomTemplate } from './templates.ts'
import { judge } from './verdict.ts'

/** Objects that one run of the oracle is asked about, and templates for each. */
const OBJECTS = 25
const TEMPLATES = 40
const MAX_SHOWN = 20
const PROGRESS_MS = 10_000

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    objects: { type: 'string', default: 'Infinity' },
  },
})

interface Subject {
  readonly text: string
  readonly tree: JsonValue
  readonly templates: readonly string[]
}

const verdicts = new Map<string, number>()
let differences = 0

function report(what: string, template: string, object: string, theirs: unknown, ours: unknown): void {
  differences++
  if (differences > MAX_SHOWN) return
  console.log(`\n${what}\n  template  ${JSON.stringify(template)}\n  object    ${object}`)
  console.log(`  client-go ${JSON.stringify(theirs)}\n  here      ${JSON.stringify(ours)}`)
}

function answersFor(
  subjects: readonly { readonly text: string; readonly templates: readonly string[] }[],
): Answer[][] {
  const questions = subjects.map(({ text, templates }) => ({ object: text, paths: templates }))
  // Once is quick, and does not tell whether the order of a Go map decides: judge() takes any.
  return ask(questions, 1).map(({ paths }) => paths.map((answer) => answerOf(jsonTree(answer))))
}

/** src/ may refuse a path, but never fail in another way. */
function outcomeOf(template: string, object: JsonValue): Outcome | { readonly failed: string } {
  try {
    return evaluate(template, object)
  } catch (error) {
    return { failed: String(error) }
  }
}

function differs(template: string, tree: JsonValue, answer: Answer): boolean {
  const outcome = outcomeOf(template, tree)
  return 'failed' in outcome || judge(template, tree, outcome, answer) === 'DIFFERENT'
}

function reportDifference(template: string, { tree }: Subject): void {
  const small = minimise(template, tree, (candidates) => {
    const answers = answersFor(candidates.map((c) => ({ text: jsonText(c.object), templates: [c.template] })))
    return candidates.map((c, i) => {
      const answer = answers[i]?.[0]
      return answer !== undefined && differs(c.template, c.object, answer)
    })
  })
  const answer = answersFor([{ text: small.object, templates: [small.template] }])[0]?.[0]
  report(
    'client-go differs',
    small.template,
    small.object,
    answer,
    outcomeOf(small.template, jsonTree(small.object)),
  )
}

/** What src/ found, as an answer that cells are held to. */
function ownAnswer(outcome: { readonly text: string; readonly results: JsonValue[][] }): Answer {
  return { ...outcome, failed: null, message: '', varies: false, bytes: false }
}

async function checkScans(subject: Subject, outcomes: readonly Outcome[]): Promise<void> {
  const taken = subject.templates.flatMap((template, i) => {
    const outcome = outcomes[i]
    return outcome === undefined || 'error' in outcome ? [] : [{ template, answer: ownAnswer(outcome) }]
  })
  const paths = taken.map(({ template }) => template)
  const [source, component] = [
    await scanPaths('source', subject.text, paths),
    await scanPaths('component', subject.text, paths),
  ]
  if ('error' in source || 'error' in component) {
    report('a scan failed', paths.join('\n'), subject.text, source, component)
    return
  }
  taken.forEach(({ template, answer }, i) => {
    const cells = source.cells[i] ?? { text: null, json: null }
    const wrong = wrongCell(template, answer, cells)
    if (wrong !== null) report('the cells are not what was found', template, subject.text, answer, cells)
    if (JSON.stringify(cells) !== JSON.stringify(component.cells[i]))
      report('the component differs from the source', template, subject.text, cells, component.cells[i])
  })
  const refused = subject.templates.find((_, i) => 'error' in (outcomes[i] ?? {}))
  if (refused === undefined) return
  const both = [
    await scanPaths('source', subject.text, [refused]),
    await scanPaths('component', subject.text, [refused]),
  ]
  const [first, second] = both.map((scanned) => ('error' in scanned ? scanned.error : 'no error'))
  if (first !== second || first?.startsWith('k8s_fdw[option]') !== true)
    report('the engines refuse in two ways', refused, subject.text, first, second)
}

async function checkSubject(subject: Subject, answers: readonly Answer[]): Promise<void> {
  const outcomes = subject.templates.map((template, i): Outcome => {
    const outcome = outcomeOf(template, subject.tree)
    const answer = answers[i]
    if ('failed' in outcome || answer === undefined) {
      report('src/ failed', template, subject.text, answer, outcome)
      return { error: 'failed' }
    }
    const verdict = judge(template, subject.tree, outcome, answer)
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
    if (verdict === 'DIFFERENT') reportDifference(template, subject)
    return outcome
  })
  await checkScans(subject, outcomes)
}

buildOracle()
await transpile()
const random = new Random(Number(options.seed))
const begun = Date.now()
const isOver = (): boolean =>
  Date.now() - begun >= Number(options.seconds) * 1000 ||
  passed + failed >= Number(options.objects) ||
  failed >= MAX_SHOWN
let shown = begun
let judged = 0
let passed = 0
let failed = 0
while (!isOver()) {
  const subjects = random.list(OBJECTS, (): Subject => {
    const text = randomObject(random)
    const tree = jsonTree(text)
    return { text, tree, templates: [...new Set(random.list(TEMPLATES, () => randomTemplate(random, tree)))] }
  })
  const answers = answersFor(subjects)
  for (const [i, subject] of subjects.entries()) {
    if (isOver()) break
    const before = differences
    await checkSubject(subject, answers[i] ?? [])
    judged += subject.templates.length
    if (differences === before) passed++
    else failed++
  }
  if (Date.now() - shown < PROGRESS_MS) continue
  shown = Date.now()
  console.log(`${Math.round((shown - begun) / 1000)} s: ${judged} templates, ${differences} differences`)
}
console.log(`seed ${options.seed}, ${judged} templates:`)
for (const [verdict, count] of [...verdicts].sort((a, b) => b[1] - a[1])) console.log(`  ${count} ${verdict}`)
const stale = staleFiles()
for (const { path } of stale)
  console.log(`${path} is not what the oracle answers: node test/unit/oracle/record.ts`)
// Objects, each with all of its templates, and the recorded answers.
console.log(`${passed + (stale.length > 0 ? 0 : 1)} passed, ${failed + (stale.length > 0 ? 1 : 0)} failed`)
if (failed + stale.length > 0) process.exitCode = 1
