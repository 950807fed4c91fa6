// Runs SQL of a page in one session, and says what each statement printed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { psql } from '../../support/psql.ts'
import { asWrappersSays } from './own-form.ts'
import { provided, type Provided } from './provided.ts'

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
    const messages = asWrappersSays(provided().host, result.stderr).trim()
    return { statements: account(readFileSync(log, 'utf8')), messages }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Does what `runAt` does, on the suite's own server. */
export const runIn = (database: string, sql: string): Promise<Outcome> => runAt(provided(), database, sql)

/** What a page or psql shows, without the white space that pads its lines and stands around it. */
export const lines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
