// Types many mistakes into one session of psql, each in a transaction that is rolled back, and collects what is said to
// each. A mistake that ends the session is a failure.
import { spawn } from 'node:child_process'
import { record } from '../../../../tools/services/record.ts'
import { asWrappersSays } from '../own-form.ts'
import { provided } from '../provided.ts'

export type Values = ReadonlyMap<string, string>

const MARK = '=== the next one ==='
const ARGS = ['-X', '-q', '-At', '-P', 'null=NULL', '-v', 'SHOW_CONTEXT=never']

const psql = (database: string, sql: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { conninfo, psql: program } = provided()
    const child = spawn(
      'sh',
      ['-c', 'exec "$@" 2>&1', 'sh', program, ...ARGS, '-d', `${conninfo} dbname=${database}`],
      {
        env: { ...process.env, PGCLIENTENCODING: 'UTF8' },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
    child.once('error', reject)
    child.once('close', () => {
      record(printed)
      resolve(printed)
    })
    child.stdin.end(sql)
  })

/** Without what differs from run to run, and from one system to the next. */
const steady = (text: string, values: Values): string => {
  let said = text
  for (const [name, value] of [...values].sort((a, b) => b[1].length - a[1].length)) {
    if (value !== '') said = said.replaceAll(value, name)
  }
  return said
    .replaceAll(/"\S*\/extension\//g, '"/usr/share/postgresql/15/extension/')
    .split('\n')
    .filter((line) => !line.startsWith('ERROR:  current transaction is aborted'))
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
}

const fill = (sql: string, values: Values): string => {
  let filled = sql
  for (const [name, value] of values) filled = filled.replaceAll(name, value)
  const left = /\{[a-z ]+\}/i.exec(filled)
  if (left !== null) throw new Error(`no value is known for ${left[0]}`)
  return filled
}

export const typeAll = async (
  database: string,
  mistakes: readonly string[],
  values: Values,
): Promise<string[]> => {
  const script = mistakes.map((sql) => `\\echo ${MARK}\nBEGIN;\n${fill(sql, values)}\nROLLBACK;\n`).join('')
  const backend = `SELECT pg_backend_pid();\n`
  const [before = '', ...answers] = (
    await psql(database, `${backend}${script}\\echo ${MARK}\n${backend}`)
  ).split(`${MARK}\n`)
  if (before === '' || answers.pop() !== before) throw new Error('the session did not live to the end')
  const { host } = provided()
  return answers.map((answer) => steady(asWrappersSays(host, answer), values))
}
