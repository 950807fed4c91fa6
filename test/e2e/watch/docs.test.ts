// Every statement of docs/watching.md runs as it stands, but with a version that the cluster has.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readPage, sqlBlocks } from '../../support/markdown.ts'
import { get } from '../support/oracle.ts'
import { create, remove } from '../support/objects.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const NAMESPACE = '/api/v1/namespaces/following'
const CONFIG_MAPS = `${NAMESPACE}/configmaps`

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: 'following' } })
  await create(CONFIG_MAPS, { metadata: { name: 'first' }, data: { a: '1' } })
  await createServer('watching_docs')
})

afterAll(() => remove(NAMESPACE))

it('runs the statements of the page', async () => {
  const [table = '', all = '', since = '', lateral = ''] = sqlBlocks(readPage('docs/watching.md')).map(
    ({ sql }) => sql,
  )
  await run(table.replace('server kind', 'server watching_docs'))
  const list = await rows(all)
  expect(list.map(([change, , name]) => [change, name])).toEqual([
    ['ADDED', 'first'],
    ['BOOKMARK', '∅'],
  ])
  const version = list[1]?.[1] ?? ''
  await create(CONFIG_MAPS, { metadata: { name: 'second' }, data: { b: '2' } })
  const { resourceVersion } = (await get(`${CONFIG_MAPS}/second`)).metadata
  expect(await rows(since.replace('4711', version))).toEqual([
    ['ADDED', 'second', '{"b": "2"}', resourceVersion],
    ['BOOKMARK', '∅', '∅', resourceVersion],
  ])
  expect(await rows(lateral.replace('4711', version))).toEqual([
    ['ADDED', 'second', resourceVersion],
    ['BOOKMARK', '∅', resourceVersion],
  ])
})
