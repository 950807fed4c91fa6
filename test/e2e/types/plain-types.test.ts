// What the host itself says about a column type that it cannot carry, if no extension of ours has refused the table. Our
// own host carries every type that has an input function.
import { beforeAll, describe, expect, it } from 'vitest'
import { isOwn } from '../support/left-out.ts'
import { createPlainServer } from '../support/servers-in-sql.ts'
import { rows, run, session } from '../support/sql.ts'

beforeAll(async () => {
  await run('CREATE SCHEMA plain_types')
  await createPlainServer('plain_types')
})

/** What our own host shows of the text Node, which is no interval. */
const OWN: { readonly [type: string]: string } = {
  varchar: 'Node',
  'text[]': '{Node}',
  json: '"Node"',
  name: 'Node',
}

describe('without the extension k8s_fdw', () => {
  it.each(['varchar', 'text[]', 'json', 'interval', 'name'])(
    'a column of type %s is an error when it is read, or its value, and the session goes on',
    async (type) => {
      const answer = await session(`SET client_min_messages = warning;
        DROP FOREIGN TABLE IF EXISTS plain_types.t;
        CREATE FOREIGN TABLE plain_types.t (name text, v ${type})
          SERVER plain_types OPTIONS (object 'nodes', columns '{"v": "kind"}');
        SELECT * FROM plain_types.t;
        SELECT name FROM plain_types.t;
        SELECT 'alive';`)
      const value = isOwn ? OWN[type] : undefined
      if (value === undefined) {
        expect(answer.messages).toMatch(isOwn ? /^ERROR: .*"Node"/m : /^ERROR: .*column type oid/m)
        expect(answer.messages.match(/^ERROR/gm)).toHaveLength(1)
        expect(answer.rows).toEqual([['zoo-node'], ['alive']])
      } else {
        expect(answer.messages).toBe('')
        expect(answer.rows).toEqual([['zoo-node', value], ['zoo-node'], ['alive']])
      }
      expect(await rows('SELECT 1')).toEqual([['1']])
    },
  )
})
