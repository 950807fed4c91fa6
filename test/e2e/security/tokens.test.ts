// A token by every way into Postgres, by each role and at each level of logging: where it is afterwards, and that only
// Postgres itself put it there. The Postgres and the tokens are this file's own, because the log quotes statements.
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { COMPONENT, inRoot } from '../../../tools/paths.ts'
import {
  bringUpPostgres,
  postgresFolder,
  preparePostgres,
  runFolder,
  takeDown,
} from '../../../tools/services/session.ts'
import { plainScript } from '../support/install.ts'
import { lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { readPage, section, tableRows } from '../../support/markdown.ts'
import { describeUnless, isOwn, needsOwnServers } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WASM_WRAPPER, CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import {
  ask,
  CASES,
  go,
  isIn,
  leftBehind,
  optionsOf,
  prepare,
  type Bench,
  type Case,
  type Seen,
} from '../support/tokens/bench.ts'
import { fieldsOf, filledBy, PLACES, type Place } from '../support/tokens/places.ts'
import { keptBy, REASONS, SERVER_OPTIONS, TABLE_OPTIONS } from '../support/tokens/ways.ts'

const { apiServer, host, packageVersion, trustedCa } = provided()
const own = runFolder(`e2e-tokens-${process.pid}`)
const MINUTES = 60_000

let folder: Folder
let bench: Bench
const seen = new Map<Case, Seen>()
let left: (one: Case) => ReadonlyMap<Place, string>

const bringUp = async (): Promise<void> => {
  const copy = await preparePostgres(own, host)
  const component = join(own.path, 'k8s_fdw.wasm')
  copyFileSync(COMPONENT, component)
  const { conninfo } = await bringUpPostgres(own, copy, trustedCa, true, {
    shared_preload_libraries: 'pg_stat_statements',
    // Each way has statements of its own, and none may be pushed out by later ones.
    'pg_stat_statements.max': '50000',
    logging_collector: 'on',
    log_destination: 'stderr,csvlog,jsonlog',
    log_directory: 'log',
    log_filename: 'server.log',
    log_min_error_statement: 'error',
  })
  const log = join(postgresFolder(own), 'data', 'log')
  const packageUrl = `file://${component}`
  bench = {
    psql: join(copy.bin, 'psql'),
    conninfo,
    packageUrl,
    url: apiServer,
    logs: new Map([
      ['log', join(log, 'server.log')],
      ['log as CSV', join(log, 'server.csv')],
      ['log as JSON', join(log, 'server.json')],
    ]),
    packaged: `fdw_package_url '${packageUrl}', fdw_package_name 'k8s-fdw:k8s-fdw', fdw_package_version '${packageVersion}'`,
    write: folder.write,
    wrappers: `${CREATE_WRAPPERS} ${CREATE_WASM_WRAPPER}`,
    vault: `${readFileSync(inRoot('sql/test/support/vault.sql'), 'utf8')} SELECT stand_in_vault();`,
    script: plainScript(),
  }
  await prepare(bench)
}

const placesOf = (one: Case): Map<Place, string> => new Map([...left(one), ...(seen.get(one)?.texts ?? [])])

/** All that was said at a place, by all cases. */
const allAt = (place: Place): string =>
  [...new Set(CASES.map((one) => placesOf(one).get(place) ?? ''))].join('\n')

describeUnless(needsOwnServers, 'a token', () => {
  beforeAll(async () => {
    folder = lentFolder()
    await bringUp()
    for (const one of CASES) seen.set(one, await go(bench, one))
    left = await leftBehind(bench)
  }, 15 * MINUTES)

  afterAll(async () => {
    folder.remove()
    await takeDown(own)
  })

  it.each(CASES)('$way.name ($who, $level) stands where Postgres puts it, and nowhere else', (one) => {
    const { way, level, token } = one
    const places = placesOf(one)
    const fails = way.error !== undefined
    if (fails) expect(seen.get(one)?.errors).toMatch(new RegExp(way.error))
    const filled = keptBy(way, one.who).flatMap((reason) => filledBy(reason, level, fails))
    expect(PLACES.filter((place) => isIn(token, places.get(place) ?? ''))).toEqual(
      PLACES.filter((place) => filled.includes(place)),
    )
  })

  it('would be found, were it there', () => {
    const [one] = CASES
    const token = one?.token ?? ''
    const half = token.slice(0, Math.ceil(token.length / 2))
    expect(isIn(token, `… ${token} …`)).toBe(true)
    expect(isIn(token, half)).toBe(true)
    expect(isIn(token, CASES[1]?.token ?? '')).toBe(false)
    const said = [
      'ERROR:  E',
      'DETAIL:  D',
      'more of D',
      'HINT:  H',
      'CONTEXT:  C',
      'QUERY:  Q',
      'WARNING:  W',
      'INFO:  I',
    ]
    expect(Object.fromEntries(fieldsOf(said.join('\n')))).toEqual({
      error: 'ERROR:  E\n',
      DETAIL: 'DETAIL:  D\nmore of D\n',
      HINT: 'HINT:  H\n',
      CONTEXT: 'CONTEXT:  C\nQUERY:  Q\n',
      notices: 'WARNING:  W\n',
      trace: 'INFO:  I\n',
    })
    const marks: readonly (readonly [Place, RegExp])[] = [
      ['error', /already exists/],
      ['HINT', isOwn ? /is an option of the user mapping: put it there/ : /Perhaps you meant/],
      ['notices', /now stands in its options/],
      ['trace', /GET \/api.*401/],
      ['EXPLAIN', /Foreign Scan/],
      ['settings', /\|/],
      ['comments', /internal: /],
      ['dump', /CREATE SERVER/],
    ]
    for (const [place, mark] of marks) expect(allAt(place)).toMatch(mark)
  })

  it('is tried as every option that there is', async () => {
    expect(await optionsOf(bench, 'server')).toEqual([...SERVER_OPTIONS, 'api_key', 'kubeconfig'].sort())
    expect(await optionsOf(bench, 'table')).toEqual([...TABLE_OPTIONS, 'apiversion'].sort())
  })

  it('stands where it does for reasons that the docs name, with what to do', () => {
    const documented = tableRows(section(readPage('docs/credentials.md'), "Where a statement's text stays"))
    expect(documented.map(([reason]) => reason)).toEqual([...REASONS])
    for (const [, , advice] of documented) expect(advice).not.toBe('')
  })

  it('is said to be kept by what keeps it', () => {
    expect(allAt('notices')).toMatch(
      /NOTICE: .*the statement that gave server "\w+" its bearer token is kept, with the token in it, by pg_stat_statements/,
    )
    expect(allAt('notices')).toContain('by pg_stat_statements and the server log (log_statement)')
  })

  it.each(['superuser', 'plain role'] as const)(
    'leaves the log as it was for what comes after it (%s)',
    async (who) => {
      const settings = ['log_min_error_statement', 'log_error_verbosity', 'log_min_messages']
      const shown = settings.map((name) => `SHOW ${name};`).join(' ')
      // A role without rights can write the setting that the former ones are noted in.
      const changed =
        who === 'superuser'
          ? 'SET log_min_error_statement = warning; SET log_error_verbosity = verbose; SET log_min_messages = notice;'
          : `SET k8s_fdw.logged = '{"log_min_error_statement": "panic", "log_error_verbosity": "terse"}';`
      const answer = await ask(
        bench,
        who,
        'default',
        `${changed} BEGIN; ${shown}
      CREATE SERVER after_${who.slice(0, 5)} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}'); ${shown}
      ALTER SERVER after_${who.slice(0, 5)} OPTIONS (ADD trace 'on'); ${shown}
      CREATE USER MAPPING FOR CURRENT_USER SERVER after_${who.slice(0, 5)}; ${shown} COMMIT; ${shown}`,
      )
      const one = answer.trim().split('\n').slice(0, 3)
      expect(one).toEqual(
        who === 'superuser' ? ['warning', 'verbose', 'notice'] : ['error', 'default', 'warning'],
      )
      expect(answer.trim().split('\n')).toEqual([...one, ...one, ...one, ...one, ...one])
    },
  )
})
