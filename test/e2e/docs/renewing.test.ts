// Every statement of docs/renewing.md runs as it stands, and prints what the page says.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inRoot } from '../../../tools/paths.ts'
import { fillIn, readPage, sqlBlocks, type Block } from '../../support/markdown.ts'
import { lines, runIn } from '../support/docs.ts'
import { kubectl } from '../support/kubectl.ts'
import { describeUnless, needsOwnServers } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { startRenewals, tokenOf, type Renewals } from '../support/renewals.ts'

const DATABASE = 'k8s_fdw_docs_renewing'
/** Stands for k8s-fdw, which is the namespace of another test. */
const NAMESPACE = 'renewing-docs'
const placeholders = new Map([
  ['https://<API server>:6443', provided().apiServer],
  ['<key id>', 'AKIAIOSFODNN7EXAMPLE'],
  ['<secret key>', 'none'],
  ['<client secret>', 'none'],
  ['<JSON of the key>', '{"type": "service_account"}'],
  ['<refresh token>', 'none'],
])

let here: Renewals

const check = async ({ sql, printed = '' }: Block): Promise<void> => {
  const { messages, statements } = await runIn(DATABASE, fillIn(sql, placeholders))
  expect(messages).toBe('')
  if (printed !== '') expect(lines(statements.at(-1)?.output ?? '')).toBe(lines(printed))
  expect(statements.length).toBeGreaterThan(0)
}

describeUnless(needsOwnServers, 'docs/renewing.md', () => {
  beforeAll(async () => {
    here = await startRenewals(DATABASE)
    kubectl(['create', 'namespace', NAMESPACE])
    for (const file of ['service-account', 'renew']) {
      const manifest = readFileSync(inRoot(`deploy/${file}.yaml`), 'utf8')
      const moved = manifest.replaceAll('namespace: k8s-fdw', `namespace: ${NAMESPACE}`)
      kubectl(['apply', '-f', '-'], provided().token, moved)
    }
    placeholders.set('<token>', tokenOf('k8s-fdw', NAMESPACE, '--duration=24h'))
  })

  afterAll(async () => {
    kubectl(['delete', 'namespace', NAMESPACE, '--wait=false'])
    await here.end()
  })

  for (const block of sqlBlocks(readPage('docs/renewing.md'))) it(block.title, () => check(block))
})
