// Every statement of docs/credentials.md runs as it stands, and prints what the page says.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillIn, readPage, sqlBlocks, withoutIndent, type Block } from '../../support/markdown.ts'
import { lines, runIn } from '../support/docs.ts'
import { kubeconfigOf } from '../support/kubeconfigs.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { run } from '../support/sql.ts'
import { makeVault } from '../support/vault.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'

const DATABASE = 'k8s_fdw_credentials'
const page = readPage('docs/credentials.md')
const { apiServer, kubeconfig, token } = provided()

const placeholders = new Map([
  ['https://<API server>:6443', apiServer],
  ['<bearer token>', token],
  ['<text>', kubeconfigOf().replaceAll("'", "''")],
  ["'/kubeconfig'", `'${kubeconfig}'`],
])

const drop = (): Promise<string> =>
  run(`SET client_min_messages = error; DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);`)

const check = async (block: Block): Promise<void> => {
  const { messages, statements } = await runIn(DATABASE, fillIn(block.sql, placeholders))
  const printed = lines(block.printed ?? '')
  const isMessage = /^(NOTICE|WARNING): /.test(printed)
  expect(lines(messages)).toBe(isMessage ? printed : '')
  if (!isMessage && printed !== '') expect(lines(statements.at(-1)?.output ?? '')).toBe(printed)
  expect(statements.length).toBeGreaterThan(0)
}

describeUnless(needsOwnServers, 'docs/credentials.md', () => {
  beforeAll(async () => {
    await drop()
    await run(`CREATE DATABASE ${DATABASE};`)
    const { messages } = await runIn(
      DATABASE,
      `${await makeVault()} ${CREATE_WRAPPERS} SET client_min_messages = warning; CREATE EXTENSION k8s_fdw;`,
    )
    expect(messages).toBe('')
  })

  afterAll(drop)

  for (const block of sqlBlocks(withoutIndent(page))) it(block.title, () => check(block))
})
