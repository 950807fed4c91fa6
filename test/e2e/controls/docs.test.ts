// Every statement of docs/controls.md runs as it stands, in a database of its own, and prints what the page says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage, sqlBlocks, type Block } from '../../support/markdown.ts'
import { clear } from '../support/clearing.ts'
import { lines, runIn } from '../support/docs.ts'
import { apply } from '../support/manifests.ts'
import { suiteApi } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { run } from '../support/sql.ts'

const DATABASE = 'k8s_fdw_controls'

beforeAll(async () => {
  const { apiServer, token } = provided()
  await apply(suiteApi(), 'controls-shop.yaml')
  await run(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE); CREATE DATABASE ${DATABASE};`)
  await runIn(
    DATABASE,
    `${CREATE_WRAPPERS} CREATE EXTENSION k8s_fdw; SET client_min_messages = error;
     CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key '${token}');`,
  )
})

afterAll(async () => {
  await run(`DROP DATABASE ${DATABASE} WITH (FORCE)`)
  await clear(['controls-shop'], ['apps/daemonsets'])
})

describe('docs/controls.md', () => {
  it.each(sqlBlocks(readPage('docs/controls.md')))('$title', async (block: Block) => {
    const { statements, messages } = await runIn(DATABASE, block.sql)
    expect(messages).not.toContain('ERROR')
    expect(statements.length).toBeGreaterThan(0)
    if (block.printed !== undefined) expect(lines(statements.at(-1)?.output ?? '')).toBe(lines(block.printed))
    if (!block.mayFindNothing) expect(statements.filter(({ rowCount }) => rowCount === 0)).toEqual([])
  })
})
