// options/ → the tables of options in docs/, between the comments that begin with `options:`.
import { optionsOf } from './all.ts'
import type { Option, Place } from './declaration.ts'

const codeOf = (text: string): string => `\`${text}\``

const row = (names: readonly string[], doc: string, { default: fallback }: Option): string => {
  const rest = fallback === undefined ? '' : `. Default: ${codeOf(`'${fallback}'`)}`
  return `| ${names.map(codeOf).join(', ')} | ${doc}${rest} |`
}

const table = (place: Place): string => {
  const rows: string[] = []
  let names: string[] = []
  for (const option of optionsOf(place)) {
    names = [...names, option.name]
    if (option.doc === undefined) continue
    rows.push(row(names, option.doc, option))
    names = []
  }
  if (names.length > 0) throw new Error(`options/: nothing is said in docs/ of ${names.join(', ')}`)
  return ['| option | |', '|---|---|', ...rows].join('\n')
}

/** A page with its tables made anew. */
export const withTables = (page: string): string =>
  page.replaceAll(
    /(<!-- options:(server|mapping|table|column|import), made by options\/generate\.ts -->\n)(?:\|.*\n)*/g,
    (_, marker: string, place: string) => `${marker}${table(place as Place)}\n`,
  )
