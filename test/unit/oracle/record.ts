// Asks client-go and apimachinery for the answer to each case and writes it beside the case; with --check only compares.
// `node test/unit/oracle/record.ts`, with Go installed. A new case is a line `"path": null` in a file of jsonpath/.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, buildOracle } from './client-go.ts'

const folder = (...names: string[]): string => join(import.meta.dirname, ...names)

/** One case a line. */
function layOut(entries: readonly (readonly [string, string])[], indent: string): string {
  return entries.map(([key, value]) => `${indent}${JSON.stringify(key)}: ${value}`).join(',\n')
}

function recordPaths(text: string): string {
  const cases = JSON.parse(text) as { [object: string]: { [path: string]: unknown } }
  const objects = Object.keys(cases)
  const replies = ask(
    objects.map((object) => ({
      object: readFileSync(folder('objects', `${object}.json`), 'utf8'),
      paths: Object.keys(cases[object] ?? {}),
    })),
  )
  const blocks = objects.map((object, i): [string, string] => {
    const answers = replies[i]?.paths ?? []
    const lines = Object.keys(cases[object] ?? {}).map((path, j): [string, string] => [
      path,
      answers[j] ?? '',
    ])
    return [object, `{\n${layOut(lines, '    ')}\n  }`]
  })
  return `{\n${layOut(blocks, '  ')}\n}\n`
}

function recordQuantities(text: string): string {
  const quantities = Object.keys(JSON.parse(text) as object)
  const answers = ask([{ quantities }])[0]?.quantities ?? []
  return `{\n${layOut(
    quantities.map((quantity, i) => [quantity, JSON.stringify(answers[i])]),
    '  ',
  )}\n}\n`
}

buildOracle()
const files = readdirSync(folder('jsonpath')).map((name) => join('jsonpath', name))
let stale = 0
for (const file of files.concat('quantities.json')) {
  const text = readFileSync(folder(file), 'utf8')
  const recorded = file === 'quantities.json' ? recordQuantities(text) : recordPaths(text)
  if (recorded === text) continue
  if (!process.argv.includes('--check')) writeFileSync(folder(file), recorded)
  console.log(`${file} ${process.argv.includes('--check') ? 'is not what the oracle answers' : 'written'}`)
  stale++
}
if (stale > 0 && process.argv.includes('--check')) process.exitCode = 1
