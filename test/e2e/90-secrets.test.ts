// Owns: that no token and no Secret's value appears in anything that the suite made the servers say.
// Never: asks for one.
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { get } from './support/oracle.ts'
import { provided } from './support/provided.ts'
import { createServer, createPlainServer } from './support/servers-in-sql.ts'
import { rows, run, session } from './support/sql.ts'

const SECRET_VALUE = 'not-a-real-password'

beforeAll(async () => {
  await createServer('secrets')
  await run(`CREATE SCHEMA secrets;
    CREATE FOREIGN TABLE secrets.masked (name text, data jsonb, attrs jsonb)
      SERVER secrets OPTIONS (apiVersion 'v1', kind 'Secret', namespace 'default');
    CREATE FOREIGN TABLE secrets.revealed (name text, data jsonb)
      SERVER secrets OPTIONS (apiVersion 'v1', kind 'Secret', namespace 'default', reveal_secrets 'true');`)
})

describe('Secrets', () => {
  it('are masked', async () => {
    const [row] = await rows(`SELECT data, attrs FROM secrets.masked WHERE name = 'curiosities'`)
    const encoded = Buffer.from(SECRET_VALUE).toString('base64')
    expect(row?.join()).not.toContain(encoded)
    expect(row?.join()).not.toContain(SECRET_VALUE)
    expect(Object.keys(JSON.parse(row?.[0] ?? '') as object).sort()).toEqual(['password', 'unicode'])
  })

  it("unless the table says reveal_secrets 'true'", async () => {
    const { data } = await get('/api/v1/namespaces/default/secrets/curiosities')
    const [row] = await rows(`SELECT data FROM secrets.revealed WHERE name = 'curiosities'`)
    expect(JSON.parse(row?.[0] ?? '')).toEqual(data)
  })
})

describe('the token', () => {
  it('with a line break at its end works all the same', async () => {
    await createServer('line_break', { api_key: `${provided().token}\n` })
    await run(`CREATE FOREIGN TABLE secrets.line_break (name text)
      SERVER line_break OPTIONS (apiVersion 'v1', kind 'Node')`)
    expect(await rows('SELECT name FROM secrets.line_break')).toEqual([['zoo-node']])
  })

  it('with a line break works the plain way too', async () => {
    await createPlainServer('plain_line_break', { api_key: `  ${provided().token}\r\n` })
    await run(`CREATE FOREIGN TABLE secrets.plain_line_break (name text)
      SERVER plain_line_break OPTIONS (object 'nodes')`)
    expect(await rows('SELECT name FROM secrets.plain_line_break')).toEqual([['zoo-node']])
  })

  it('in a statement that fails is not shown again', async () => {
    const { apiServer, token } = provided()
    const answer = await session(`CREATE SERVER leaky FOREIGN DATA WRAPPER k8s_fdw
      OPTIONS (api_url '${apiServer}', api_key '${token}', nonsense 'x');
      CREATE SERVER leaky FOREIGN DATA WRAPPER k8s_fdw
      OPTIONS (api_url '${apiServer}', api_key '${token} and more');`)
    expect(answer.failed).toBe(true)
    expect(answer.messages).not.toContain(token)
  })

  it('was never printed by any psql of the whole suite', () => {
    const { transcript, token, readerToken } = provided()
    const text = readFileSync(transcript, 'utf8')
    expect(text.length).toBeGreaterThan(1000)
    expect(text).not.toContain(token)
    if (readerToken !== undefined) expect(text).not.toContain(readerToken)
  })

  it("never reached Postgres' log, nor did a Secret's value", (context) => {
    const { postgresLog, token, readerToken } = provided()
    if (postgresLog === undefined || !existsSync(postgresLog)) {
      context.skip('the log of a foreign Postgres cannot be read from here')
      return
    }
    const log = readFileSync(postgresLog, 'utf8')
    expect(log.length).toBeGreaterThan(100)
    expect(log).not.toContain(token)
    expect(log).not.toContain(SECRET_VALUE)
    if (readerToken !== undefined) expect(log).not.toContain(readerToken)
  })
})
