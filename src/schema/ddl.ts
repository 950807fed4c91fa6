// Writes CREATE FOREIGN TABLE from a table's name, columns and options. Names must always be quoted, because the words
// that Postgres reserves differ between versions.
import type { Column } from './columns.ts'

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly server: string
  /** The options in the order in which they are written. */
  readonly options: readonly (readonly [name: string, value: string])[]
}

/** The longest comment in characters, so that `\d+` stays readable. */
const MAX_COMMENT = 400

function identifier(name: string): string {
  return `"${name.replace(/"/g, '""')}"`
}

function literal(text: string): string {
  const quoted = `'${text.replace(/'/g, "''")}'`
  // With E'' this is right whatever standard_conforming_strings is.
  return text.includes('\\') ? `E${quoted.replace(/\\/g, '\\\\')}` : quoted
}

/** The option `columns`: a JSON object of paths; null if no column needs one. */
export function pathsOption(columns: readonly Column[]): string | null {
  const entries = columns.flatMap((column) =>
    column.path === null ? [] : [`${JSON.stringify(column.name)}: ${JSON.stringify(column.path)}`],
  )
  return entries.length === 0 ? null : `{${entries.join(', ')}}`
}

/** The first paragraph of a description in one line, shortened if it is long. */
export function comment(description: string): string {
  const trimmed = description.trim()
  const end = trimmed.indexOf('\n\n')
  const paragraph = end < 0 ? trimmed : trimmed.slice(0, end)
  const cut = paragraph.slice(0, MAX_COMMENT + 1)
  // Only few descriptions have anything but single spaces.
  const line = /[\n\r\t]|  /.test(cut) ? cut.replace(/\s+/g, ' ').trim() : cut
  return paragraph.length <= MAX_COMMENT ? line : `${line.slice(0, Math.max(0, line.lastIndexOf(' ')))} …`
}

/**
 * The option `comments`: a JSON object with the comment of each column, and that of the table under ''. Null if there
 * are none.
 */
export function commentsOption(table: string, columns: readonly Column[]): string | null {
  const all = columns.map((column): [string, string] => [column.name, column.description])
  all.unshift(['', table])
  const entries = all.flatMap(([name, description]) => {
    const text = comment(description)
    return text === '' ? [] : [`${JSON.stringify(name)}: ${JSON.stringify(text)}`]
  })
  return entries.length === 0 ? null : `{${entries.join(', ')}}`
}

/** The statement has each column and each option on a line of its own, so that a change is visible as one line. */
export function createTable(table: Table): string {
  const columns = table.columns.map((column) => `  ${identifier(column.name)} ${column.type}`)
  const options = table.options.map(([name, value]) => `  ${name} ${literal(value)}`)
  const head = `CREATE FOREIGN TABLE ${identifier(table.name)} (\n${columns.join(',\n')}\n)`
  return `${head}\nSERVER ${identifier(table.server)}\nOPTIONS (\n${options.join(',\n')}\n)`
}
