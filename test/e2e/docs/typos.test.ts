// What is said to each typo and each step left out of the quick starts: the statements and messages of typos.txt, word
// for word (UPDATE=1 writes the messages anew). All typos are typed in one session, which must survive. Where our own
// host says something else, or nothing because it can do it, that is in typos-own.txt.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { COMPONENT, inRoot } from '../../../tools/paths.ts'
import { runIn } from '../support/docs.ts'
import { kubeconfigOf, lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { provided } from '../support/provided.ts'
import { publish, type Release } from '../support/quickstart/places.ts'
import { typeAll, type Values } from '../support/quickstart/typist.ts'
import { readTypos, writeTypos, type Typo } from '../../support/typos.ts'
import { CREATE_WASM_WRAPPER, CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { quoted, run } from '../support/sql.ts'
import {
  describeUnless,
  isOwn,
  itUnless,
  needsOwnServers,
  needsWrappers,
  type Reason,
} from '../support/left-out.ts'

const FILE = inRoot('test/e2e/docs/typos.txt')
const OWN_FILE = inRoot('test/e2e/docs/typos-own.txt')
const DATABASE = 'k8s_fdw_typos'
const BARE = 'k8s_fdw_typos_bare'
const ROLE = 'k8s_fdw_e2e_typist'
const { apiServer, packageUrl, packageVersion, readerToken, token } = provided()
const typos = readTypos(readFileSync(FILE, 'utf8'))
const titleOf = (typo: Typo): string => `${typo.heading}: ${typo.title}`
const onOwn = new Map(readTypos(readFileSync(OWN_FILE, 'utf8')).map((typo) => [titleOf(typo), typo]))
const wanted = (typo: Typo): string => ((isOwn ? onOwn.get(titleOf(typo)) : undefined) ?? typo).said
const whyNot = (typo: Typo): Reason => (/EXTENSION .*\bwrappers\b/.test(typo.sql) ? needsWrappers : undefined)
const place = (typo: Typo): string => (typo.heading === 'A step left out' ? BARE : DATABASE)

let folder: Folder
let release: Release
let values: Values

const drop = async (): Promise<void> => {
  await run(`SET client_min_messages = error; DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);
    DROP DATABASE IF EXISTS ${BARE} WITH (FORCE); DROP ROLE IF EXISTS ${ROLE};`)
}

const prepare = async (): Promise<void> => {
  await run(`CREATE ROLE ${ROLE};`)
  for (const database of [DATABASE, BARE]) await run(`CREATE DATABASE ${database};`)
  const vault = readFileSync(inRoot('sql/test/support/vault.sql'), 'utf8')
  const secret = (name: string, text: string): string =>
    `SELECT vault.create_secret(${quoted(text)}, '${name}');`
  const { messages } = await runIn(
    DATABASE,
    `${vault} SELECT stand_in_vault();
    ${secret('kubernetes', token)} ${secret('bearer', `Bearer ${token}`)}
    ${secret('line', `${token}\n`)} ${secret('placeholder', '<bearer token>')}
    ${CREATE_WRAPPERS} SET client_min_messages = warning; CREATE EXTENSION k8s_fdw; ${CREATE_WASM_WRAPPER}
    CREATE SERVER kubernetes FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key_name 'kubernetes');
    CREATE SERVER plain FOREIGN DATA WRAPPER wasm_wrapper OPTIONS (fdw_package_url '${packageUrl}',
      fdw_package_name 'k8s-fdw:k8s-fdw', fdw_package_version '${packageVersion}', api_url '${apiServer}', api_key_name 'kubernetes');
    CREATE FOREIGN TABLE pods (name text) SERVER kubernetes OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');
    CREATE FOREIGN DATA WRAPPER others; CREATE SERVER elsewhere FOREIGN DATA WRAPPER others;
    CREATE SERVER reader FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', api_key_name 'reader');
    CREATE FOREIGN TABLE as_reader (name text) SERVER reader OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');
    ${secret('reader', readerToken ?? '')}`,
  )
  expect(messages).toBe('')
}

const checksum = (): string => createHash('sha256').update(readFileSync(COMPONENT)).digest('hex')

describeUnless(needsOwnServers, 'typos', () => {
  const said = new Map<Typo, string>()

  beforeAll(async () => {
    await drop()
    await prepare()
    folder = lentFolder()
    release = await publish()
    values = new Map([
      ['{token}', token],
      // In the form of a service account's.
      ['{account token}', `eyJhbGciOiJSUzI1NiJ9.${'A'.repeat(80)}.${'B'.repeat(80)}`],
      ['{half token}', token.slice(0, 20)],
      ['{broken token}', `${token.slice(0, 20)}\n${token.slice(20)}`],
      ['{api}', apiServer],
      ['{http api}', apiServer.replace('https:', 'http:')],
      ['{kubeconfig}', folder.write('config', kubeconfigOf())],
      ['{url}', packageUrl],
      ['{http url}', release.url],
      ['{checksum}', checksum()],
      ['{CHECKSUM}', checksum().toUpperCase()],
      ['{wrong checksum}', '0'.repeat(64)],
      ['{name and version}', `fdw_package_name 'k8s-fdw:k8s-fdw', fdw_package_version '${packageVersion}'`],
    ])
    for (const database of [DATABASE, BARE]) {
      const some = typos.filter((typo) => place(typo) === database)
      const messages = await typeAll(
        database,
        some.map(({ sql }) => sql),
        values,
      )
      some.forEach((typo, i) => said.set(typo, messages[i] ?? ''))
    }
    if (process.env['UPDATE'] !== '1') return
    const differing = typos.filter((typo) => whyNot(typo) === undefined && said.get(typo) !== typo.said)
    if (isOwn) writeFileSync(OWN_FILE, writeTypos(differing, said))
    else writeFileSync(FILE, writeTypos(typos, said))
  })

  afterAll(async () => {
    await release.close()
    folder.remove()
    await drop()
  })

  const shown = process.env['UPDATE'] === '1' ? [] : typos
  for (const typo of shown)
    itUnless(whyNot(typo), titleOf(typo), () => {
      expect(said.get(typo)).toBe(wanted(typo))
    })

  it('that our own host hears as well', () => {
    const written = new Map(typos.map((typo) => [titleOf(typo), typo.sql]))
    expect([...onOwn.values()].filter((typo) => written.get(titleOf(typo)) !== typo.sql)).toEqual([])
  })

  it('never show a token', () => {
    const all = [...said.values()].join('\n')
    // What is a token in a statement has that name in what is said, too.
    for (const part of [token, token.slice(0, 20), token.slice(20), 'AAAA', 'token}'])
      expect(all).not.toContain(part)
  })
})
