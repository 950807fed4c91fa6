// Every statement of docs/import.md runs as it stands, in the order of the page.
import { beforeAll, describe, expect, it } from 'vitest'
import { readPage, sqlBlocks } from '../../support/markdown.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const inSuite = (sql: string): string => sql.replaceAll('SERVER kind ', 'SERVER import_docs ')

beforeAll(async () => {
  await createServer('import_docs')
  await run('SET client_min_messages = error; DROP SCHEMA IF EXISTS cluster CASCADE;')
})

describe('docs/import.md', () => {
  for (const { title, sql } of sqlBlocks(readPage('docs/import.md'))) {
    it(title, async () => {
      expect(await run(inSuite(sql))).toBe('')
    })
  }

  it('has made what it says', async () => {
    const tables = await rows(
      `SELECT relname FROM pg_class WHERE relnamespace = 'cluster'::regnamespace ORDER BY 1`,
    )
    const names = tables.flat()
    expect(names).toEqual(
      expect.arrayContaining(['deployments', 'pods', 'widgets', 'configmaps', 'system_deployments']),
    )
    expect(names).not.toContain('secrets')
    expect(
      await rows(`SELECT strategy_type, strategy_rolling_update IS NOT NULL FROM cluster.system_deployments`),
    ).toEqual([['RollingUpdate', 't']])
    expect(await rows(`SELECT replicas FROM cluster.deployments WHERE name = 'coredns'`)).toEqual([['2']])
  })
})
