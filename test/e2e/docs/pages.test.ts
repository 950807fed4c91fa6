// Every statement of the pages for users runs as it stands, and prints what the pages say.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMPONENT } from '../../../tools/paths.ts'
import { codes, fillIn, readPage, section, sqlBlocks, tableRows, type Block } from '../../support/markdown.ts'
import { runIn } from '../support/docs.ts'
import { apply } from '../support/manifests.ts'
import { startMetricsServer, type MetricsServer } from '../support/metrics-server.ts'
import { suiteApi } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WASM_WRAPPER } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'
import { isOwn, itUnless, needsOwnServers, needsWrappers, type Reason } from '../support/left-out.ts'

const PAGE = 'docs/k8s.md'
const page = readPage(PAGE)
const DOCS = 'k8s_fdw_docs'
const VAULT_ID = '11111111-2222-4333-8444-555555555555'

/** What Supabase has already. Vault is a stand-in of the test's own: the real one needs an extension in C. */
const SUPABASE = `
  CREATE SCHEMA extensions;
  CREATE SCHEMA vault;
  CREATE TABLE vault.secrets (id uuid, name text UNIQUE, description text, secret text, key_id uuid);
  CREATE VIEW vault.decrypted_secrets AS
    SELECT id, name, description, secret, secret AS decrypted_secret, key_id FROM vault.secrets;
  CREATE FUNCTION vault.create_secret(new_secret text, new_name text DEFAULT NULL, new_description text DEFAULT '')
    RETURNS uuid LANGUAGE sql AS $$
      INSERT INTO vault.secrets VALUES ('${VAULT_ID}', new_name, new_description, new_secret) RETURNING id $$;`

const checksum = (packageUrl: string): string => {
  const file = packageUrl.startsWith('file://') ? fileURLToPath(packageUrl) : COMPONENT
  return createHash('sha256')
    .update(readFileSync(existsSync(file) ? file : COMPONENT))
    .digest('hex')
}

/** Every placeholder of the pages. */
const placeholders = (): ReadonlyMap<string, string> => {
  const { apiServer, packageUrl, token } = provided()
  return new Map([
    ['https://<API server>:6443', apiServer],
    ['https://…/k8s_fdw.wasm', packageUrl],
    ['<bearer token>', token],
    ['<sha256sum of k8s_fdw.wasm>', checksum(packageUrl)],
    ['<the id from above>', VAULT_ID],
  ])
}

/** The page makes a role, which belongs to no database. */
const drop = (): Promise<string> =>
  run(
    `DROP DATABASE IF EXISTS ${DOCS} WITH (FORCE); SET client_min_messages = error; DROP ROLE IF EXISTS shop_reader;`,
  )

/** Another cluster than the suite's own cannot reach a stand-in of the suite. */
const ownCluster = provided().readerToken !== undefined
const usage = (name: string, cpu: string, memory: string) => ({
  metadata: { name, namespace: 'shop', creationTimestamp: '2026-11-24T10:00:00Z' },
  timestamp: '2026-11-24T10:00:00Z',
  window: '15s',
  containers: [{ name: 'app', usage: { cpu, memory } }],
})
const METRICS = {
  pods: [usage('db-0', '250m', '512Mi'), usage('web-5f7c9d8b64-8k2lq', '12m', '65536Ki')],
  nodes: [],
}
let metricsServer: MetricsServer | undefined

beforeAll(async () => {
  await apply(suiteApi(), 'shop.yaml')
  if (ownCluster) metricsServer = await startMetricsServer(METRICS)
  await drop()
  await run(`CREATE DATABASE ${DOCS};`)
  await run(`ALTER DATABASE ${DOCS} SET search_path = "$user", public, extensions;`)
  expect((await runIn(DOCS, SUPABASE)).messages).toBe('')
  if (isOwn) expect((await runIn(DOCS, CREATE_WASM_WRAPPER)).messages).toBe('')
})

afterAll(async () => {
  await drop()
  await metricsServer?.close()
})

const lines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+/, '')
    .trimEnd()

/** The host adds a line to each message, sizes vary, and the suite's nodes have no kubelet (virtual/logs.test.ts has one). */
const messagesOf = (text: string): string =>
  lines(text)
    .replaceAll(/^DETAIL: {2}Wrappers\n?/gm, '')
    .replaceAll(/^WARNING: {2}k8s_fdw: a log is left out: .* not found\n?/gm, '')
    .replaceAll(/\d+ bytes, /g, 'N bytes, ')
    // A request that takes a moment can see the clock's second change.
    .replaceAll(/(?:under )?\d+ s$/gm, 'T')
    .trim()

const isMessage = (text: string): boolean => /^(INFO|WARNING|ERROR|NOTICE): /.test(text)

/** A Postgres that is not the suite's own may lack the extension's files. */
const isOffered = (await rows(`SELECT 1 FROM pg_available_extensions WHERE name = 'k8s_fdw'`)).length === 1

const whyNot = (block: Block): Reason => {
  // Our own host stands in for it from here on.
  if (/create extension .* wrappers|handler wasm_fdw_handler/.test(block.sql) && needsWrappers !== undefined)
    return needsWrappers
  if (needsOwnServers !== undefined && block.sql.includes('metrics.k8s.io'))
    return 'this cluster may have no metrics, or other ones'
  return isOffered || !block.sql.includes('create extension k8s_fdw')
    ? undefined
    : 'this Postgres does not offer the extension'
}

const check = async (block: Block): Promise<void> => {
  const { statements, messages } = await runIn(DOCS, fillIn(block.sql, placeholders()))
  const printed = block.printed ?? ''
  const wanted = isMessage(printed) ? messagesOf(printed) : ''
  // Notices and warnings that the page does not show would surprise its readers.
  expect(messagesOf(messages)).toBe(wanted)
  if (!isMessage(printed) && block.printed !== undefined)
    expect(lines(statements.at(-1)?.output ?? '')).toBe(lines(printed))
  expect(statements.length).toBeGreaterThan(0)
  if (!block.mayFindNothing) expect(statements.filter(({ rowCount }) => rowCount === 0)).toEqual([])
}

describe(PAGE, () => {
  for (const block of sqlBlocks(page)) {
    itUnless(whyNot(block), block.title, () => check(block))
  }

  it.each(
    tableRows(section(page, 'Conditions')).flatMap(([condition = '', request = '']) =>
      codes(condition).map((where) => ({ where, requests: codes(request) })),
    ),
  )('asks for $requests where $where', async ({ where, requests }) => {
    const { messages } = await runIn(
      DOCS,
      `SET k8s_fdw.trace = on; SELECT * FROM kubernetes.pods WHERE ${where};`,
    )
    const asked = [...messages.matchAll(/^INFO: {2}k8s_fdw: GET ([^ ]+): /gm)].map((match) =>
      decodeURIComponent(match[1] ?? '')
        .replace(/([?&])limit=\d+&?/, '$1')
        .replace(/[?&]$/, ''),
    )
    expect(messages).not.toContain('ERROR')
    expect(asked).toEqual(requests)
  })
})
