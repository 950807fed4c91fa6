// Sends a dashboard's queries to Postgres as Grafana would: in one session of a role, with what they give and of which
// types.
import { psql } from '../../support/psql.ts'
import { expand, type Chosen, type Range } from '../../support/grafana/expand.ts'
import type { Query } from '../../support/grafana/dashboard.ts'
import type { Frame, Row } from '../../support/grafana/transform.ts'
import { provided } from './provided.ts'

export interface Answer extends Frame {
  /** By column, as Postgres names them. */
  readonly types: Readonly<Record<string, string>>
}

const NEXT = '§ the next query'
const ROWS = '§ its rows'

const parse = (text: string): Answer => {
  const [described = '', rows = ''] = text.split(`${ROWS}\n`)
  const types = Object.fromEntries(
    described
      .trim()
      .split('\n')
      .map((line) => line.split('|') as [string, string]),
  )
  return { columns: Object.keys(types), types, rows: JSON.parse(rows) as Row[] }
}

export interface Session {
  readonly database: string
  readonly role?: string
}

/** What a session prints that runs some SQL; its first error is thrown. */
export const printed = async ({ database, role = '' }: Session, sql: string): Promise<string> => {
  const { psql: program, conninfo } = provided()
  const { code, stdout, stderr } = await psql({
    psql: program,
    conninfo,
    args: ['-q', '-At', '-v', 'ON_ERROR_STOP=1', '-v', 'SHOW_CONTEXT=never'],
    sql: `\\connect ${database} ${role}\nSET timezone = 'UTC';\n${sql}`,
  })
  if (code !== 0) throw new Error(stderr)
  return stdout
}

/** The answers by the queries' titles. */
export const ask = async (
  session: Session,
  queries: readonly Query[],
  chosen: Chosen,
  range: Range,
): Promise<Map<string, Answer>> => {
  const script = queries.map(({ sql }) => {
    const expanded = expand(sql, chosen, range)
    return `\\echo '${NEXT}'\n${expanded}\n\\gdesc\n\\echo '${ROWS}'\nSELECT coalesce(json_agg(q), '[]') FROM (${expanded}) AS q;`
  })
  const answers = (await printed(session, script.join('\n'))).split(`${NEXT}\n`).slice(1)
  return new Map(queries.map(({ title }, i) => [title, parse(answers[i] ?? '')]))
}
