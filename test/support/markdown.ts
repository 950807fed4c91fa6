// Reads a Markdown page for a test: its SQL blocks with what they are said to print, its sections and its tables.
import { readFileSync } from 'node:fs'
import { inRoot } from '../../tools/paths.ts'
import { fencesOf } from './fences.ts'

export interface Block {
  /** The headings above it, and its number under them. */
  readonly title: string
  readonly sql: string
  /** What the page says that it prints: a block without a language right after it. */
  readonly printed: string | undefined
  /** The page says so in a comment. */
  readonly mayFindNothing: boolean
  /** Lines of its fences. */
  readonly first: number
  readonly last: number
}

export const readPage = (path: string): string => readFileSync(inRoot(path), 'utf8')

/** A page from one heading to the next of the same or a higher level. */
export const section = (page: string, heading: string): string => {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading)
  if (start < 0) throw new Error(`the page has no heading ${heading}`)
  const level = (lines[start] ?? '').indexOf(' ')
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level)
  return lines.slice(start, length < 0 ? undefined : start + 1 + length).join('\n')
}

/** A page whose blocks inside of list items stand at the margin, where `sqlBlocks` finds them. */
export const withoutIndent = (page: string): string => page.replaceAll(/^ {3}/gm, '')

export const sqlBlocks = (page: string): Block[] => {
  const all = fencesOf(page)
  const lines = page.split('\n')
  return all.flatMap((fence, i) => {
    if (fence.language !== 'sql') return []
    const next = all[i + 1]
    const isPrinted =
      next?.language === '' && lines.slice(fence.last + 1, next.first).every((line) => line.trim() === '')
    return {
      title: `${fence.heading}, line ${fence.first + 1}`,
      sql: fence.text,
      printed: isPrinted ? next.text : undefined,
      mayFindNothing: /-- no rows$/m.test(fence.text),
      first: fence.first,
      last: fence.last,
    }
  })
}

/** Each row's cells, the header's and the line under it left out. */
export const tableRows = (markdown: string): string[][] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[-: |]+\|$/.test(line))
    .filter((_, i, lines) => i > 0 || lines.length === 0)
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    )

export const codes = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')

/** With the reader's own values in place of `<…>`; one that nobody knows is an error. */
export const fillIn = (sql: string, values: ReadonlyMap<string, string>): string => {
  let filled = sql
  for (const [placeholder, value] of values) filled = filled.replaceAll(placeholder, value)
  const left = /<[A-Za-z][^<>\n]*>|…/.exec(filled)
  if (left !== null) throw new Error(`no value is known for the placeholder ${left[0]}`)
  return filled
}
