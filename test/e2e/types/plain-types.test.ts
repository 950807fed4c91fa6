// What the host itself says about a column type that it cannot carry, if no extension of ours has refused the table.
import { beforeAll, describe, expect, it } from 'vitest'
import { createPlainServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'

beforeAll(async () => {
  await run('CREATE SCHEMA plain_types')
  await createPlainServer('plain_types')
})

describe('without the extension k8s_fdw', () => {
  it.each(['varchar', 'text[]', 'json', 'interval', 'name'])(
    'a column of type %s is an error when it is read, and the session goes on',
    async (type) => {
      const answer = await session(`SET client_min_messages = warning;
        DROP FOREIGN TABLE IF EXISTS plain_types.t;
        CREATE FOREIGN TABLE plain_types.t (name text, v ${type})
          SERVER plain_types OPTIONS (object 'nodes', columns '{"v": "kind"}');
        SELECT * FROM plain_types.t;
        SELECT name FROM plain_types.t;
        SELECT 'alive';`)
      expect(answer.messages).toMatch(/^ERROR: .*column type oid/m)
      expect(answer.messages.match(/^ERROR/gm)).toHaveLength(1)
      expect(answer.rows).toEqual([['zoo-node'], ['alive']])
      expect(await rows('SELECT 1')).toEqual([['1']])
    },
  )
})
