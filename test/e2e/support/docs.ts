// Reads a Markdown page for a test: its SQL blocks with what they are said to print, and its tables; and runs a block.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from '../../../tools/paths.ts'
import { psql } from '../../../tools/services/psql.ts'
import { fencesOf } from './fences.ts'
import { provided, type Provided } from './provided.ts'

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

export interface Statement {
  readonly sql: string
  /** As psql shows it. */
  readonly output: string
  /** null where it gives no rows by its nature. */
  readonly rowCount: number | null
}

export interface Outcome {
  readonly statements: readonly Statement[]
  readonly messages: string
}

/** psql's own account of each statement, as `--log-file` has it: it has split the block, not this test. */
const account = (log: string): Statement[] =>
  log
    .split(/^\/?\*+ QUERY \*+\/?\n/m)
    .slice(1)
    .map((entry) => {
      const [sql = '', output = ''] = entry.split(/^\/?\*{20,}\/?\n/m)
      const count = /^\((\d+) rows?\)$/m.exec(output)?.[1]
      return {
        sql,
        output: output.replace(/^\n+/, '').trimEnd(),
        rowCount: count === undefined ? null : Number(count),
      }
    })

/** One session in a database of a server, which ends at the first error. */
export const runAt = async (
  { psql: program, conninfo }: Pick<Provided, 'psql' | 'conninfo'>,
  database: string,
  sql: string,
): Promise<Outcome> => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-docs-'))
  try {
    const log = join(folder, 'log')
    const args = ['-q', '-v', 'SHOW_CONTEXT=never', '-v', 'ON_ERROR_STOP=1', '-L', log]
    const script = `\\connect ${database}\n${sql}\n`
    const result = await psql({ psql: program, conninfo, args, sql: script })
    return { statements: account(readFileSync(log, 'utf8')), messages: result.stderr.trim() }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** As `runAt`, of the suite's server. */
export const runIn = (database: string, sql: string): Promise<Outcome> => runAt(provided(), database, sql)
