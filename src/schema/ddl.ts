// A table's name, columns and options → CREATE FOREIGN TABLE.
// Names are always quoted: which words Postgres reserves changes from version to version.
import type { Column } from './columns.ts'

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly server: string
  /** In their order. */
  readonly options: readonly (readonly [name: string, value: string])[]
}

/** What a reader of `\d+` sees of a description. */
const MAX_COMMENT = 400

function identifier(name: string): string {
  return `"${name.replace(/"/g, '""')}"`
}

function literal(text: string): string {
  const quoted = `'${text.replace(/'/g, "''")}'`
  // Right whatever standard_conforming_strings says.
  return text.includes('\\') ? `E${quoted.replace(/\\/g, '\\\\')}` : quoted
}

/** The option `columns`: a JSON object of paths; null where no column needs one. */
export function pathsOption(columns: readonly Column[]): string | null {
  const entries = columns.flatMap((column) =>
    column.path === null ? [] : [`${JSON.stringify(column.name)}: ${JSON.stringify(column.path)}`],
  )
  return entries.length === 0 ? null : `{${entries.join(', ')}}`
}

/** A description's first paragraph in one line, cut where it is long. */
export function comment(description: string): string {
  const trimmed = description.trim()
  const end = trimmed.indexOf('\n\n')
  const paragraph = end < 0 ? trimmed : trimmed.slice(0, end)
  const cut = paragraph.slice(0, MAX_COMMENT + 1)
  // Few have anything but single spaces.
  const line = /[\n\r\t]|  /.test(cut) ? cut.replace(/\s+/g, ' ').trim() : cut
  return paragraph.length <= MAX_COMMENT ? line : `${line.slice(0, Math.max(0, line.lastIndexOf(' ')))} …`
}

/** The option `comments`: a JSON object of the columns' comments, the table's under ''; null where there are none. */
export function commentsOption(table: string, columns: readonly Column[]): string | null {
  const all = columns.map((column): [string, string] => [column.name, column.description])
  all.unshift(['', table])
  const entries = all.flatMap(([name, description]) => {
    const text = comment(description)
    return text === '' ? [] : [`${JSON.stringify(name)}: ${JSON.stringify(text)}`]
  })
  return entries.length === 0 ? null : `{${entries.join(', ')}}`
}

/** A column and an option a line, so that a change is seen as one. */
export function createTable(table: Table): string {
  const columns = table.columns.map((column) => `  ${identifier(column.name)} ${column.type}`)
  const options = table.options.map(([name, value]) => `  ${name} ${literal(value)}`)
  const head = `CREATE FOREIGN TABLE ${identifier(table.name)} (\n${columns.join(',\n')}\n)`
  return `${head}\nSERVER ${identifier(table.server)}\nOPTIONS (\n${options.join(',\n')}\n)`
}
