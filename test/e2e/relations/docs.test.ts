// Every statement of docs/relations.md runs as it stands, in the order of the page, in a database of its own, and prints
// what the page says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codes, readPage, section, sqlBlocks, tableRows, type Block } from '../../support/markdown.ts'
import { lines, runIn } from '../support/docs.ts'
import { apply } from '../support/manifests.ts'
import { get, list, suiteApi } from '../support/oracle.ts'
import { remove } from '../support/objects.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { run } from '../support/sql.ts'

const DATABASE = 'k8s_fdw_relations'
const PAGE = readPage('docs/relations.md')

beforeAll(async () => {
  const { apiServer, token } = provided()
  await apply(suiteApi(), 'relations.yaml')
  await run(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE); CREATE DATABASE ${DATABASE};`)
  await runIn(
    DATABASE,
    `${CREATE_WRAPPERS} CREATE EXTENSION k8s_fdw; SET client_min_messages = error;
     CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key '${token}');`,
  )
})

afterAll(async () => {
  await run(`DROP DATABASE ${DATABASE} WITH (FORCE)`)
  await remove('/api/v1/namespaces/store/services/checkout-exposed').catch(() => undefined)
})

/** Ages differ from run to run, and with them the last column's width. */
const withoutAges = (text: string): string =>
  lines(text)
    .replaceAll(/\| +(?:\d+[smhdy])+$/gm, '| AGE')
    .replaceAll(/\| +age$/gm, '| age')
    .replaceAll(/\+-+$/gm, '+-')

const isNotice = (text: string): boolean => text.startsWith('NOTICE:')

describe('docs/relations.md', () => {
  it.each(sqlBlocks(PAGE))('$title', async (block: Block) => {
    const { statements, messages: all } = await runIn(DATABASE, block.sql)
    // Wrappers says of a condition on an expression that it is not sent, as docs/limitations.md tells.
    const messages = all.replaceAll(
      /^WARNING: {2}unsupported (?:operator expression in )?qual: .*\nDETAIL: {2}Wrappers\n?/gm,
      '',
    )
    const printed = block.printed ?? ''
    expect(lines(messages)).toBe(isNotice(printed) ? lines(printed) : '')
    if (printed !== '' && !isNotice(printed))
      expect(withoutAges(statements.at(-1)?.output ?? '')).toBe(withoutAges(printed))
    expect(statements.length).toBeGreaterThan(0)
    if (!block.mayFindNothing) expect(statements.filter(({ rowCount }) => rowCount === 0)).toEqual([])
  })

  it('changed what the page says', async () => {
    const service = await get('/api/v1/namespaces/store/services/checkout-exposed')
    expect(service.spec).toMatchObject({ selector: { app: 'checkout' }, ports: [{ port: 8080 }] })
    const deployment = await get('/apis/apps/v1/namespaces/store/deployments/checkout')
    expect(deployment.spec).toMatchObject({ replicas: 3 })
    expect(JSON.stringify(deployment.spec)).toContain('store/checkout:4')
    const pods = await list('/api/v1/namespaces/store/pods')
    expect(pods.map(({ metadata }) => metadata.name)).not.toContain('ledger-0')
  })

  it('says how many requests each view makes', async () => {
    const { statements } = await runIn(
      DATABASE,
      `SET client_min_messages = error; SELECT split_part(relation::text, '.', 2), tables FROM k8s_fdw.relations('cluster');`,
    )
    const made = new Map(
      [...(statements.at(-1)?.output ?? '').matchAll(/^ (\w+) +\| +(\d+)$/gm)].map(
        ([, view = '', tables]) => [view, tables],
      ),
    )
    const told = tableRows(section(PAGE, 'The views')).flatMap(([view = '', , requests = '']) =>
      /^\d/.test(requests) ? [[codes(view)[0] ?? '', /^\d+/.exec(requests)?.[0]] as const] : [],
    )
    expect(told.length).toBe(14)
    // The one kind that this cluster does not serve.
    expect(told.filter(([view]) => view !== 'http_route_services')).toEqual(
      told.filter(([view]) => view !== 'http_route_services').map(([view]) => [view, made.get(view)]),
    )
  })
})
