// The files of recorded answers, and what the oracle answers now.
// Writes none.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ask } from './client-go.ts'

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
  const lines = quantities.map((quantity, i): [string, string] => [quantity, JSON.stringify(answers[i])])
  return `{\n${layOut(lines, '  ')}\n}\n`
}

/** The files that hold other answers than the oracle's, and what they should hold. buildOracle() comes first. */
export function staleFiles(): { readonly path: string; readonly text: string }[] {
  const files = readdirSync(folder('jsonpath')).map((name) => join('jsonpath', name))
  return files.concat('quantities.json').flatMap((file) => {
    const path = folder(file)
    const recorded = readFileSync(path, 'utf8')
    const text = file === 'quantities.json' ? recordQuantities(recorded) : recordPaths(recorded)
    return text === recorded ? [] : [{ path, text }]
  })
}
