// A kubeconfig's token in Vault: what queries get of it, who may read it, and what a dump takes along. The real Vault's
// encryption is an extension in C; without it a stand-in with the same names and rights is used.
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runIn, type Outcome } from '../support/docs.ts'
import { kubeconfigOf, lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { provided } from '../support/provided.ts'
import { CREATE_WRAPPERS } from '../support/servers-in-sql.ts'
import { quoted, run } from '../support/sql.ts'
import { makeVault } from '../support/vault.ts'
import { describeUnless, isOwn, needsOwnServers } from '../support/left-out.ts'

const DATABASE = 'k8s_fdw_vault'
const COPY = 'k8s_fdw_vault_copy'
const { apiServer, conninfo, psql: program, token } = provided()
const COUNT = 'SELECT count(*) FROM pods;'
const SECRET = `SELECT name, description, decrypted_secret = ${quoted(token)} AS is_it FROM vault.decrypted_secrets;`

let folder: Folder
let config = ''

const lastLine = (outcome: Outcome): string => outcome.statements.at(-1)?.output.split('\n')[2]?.trim() ?? ''
const inVault = (sql: string): Promise<Outcome> => runIn(DATABASE, sql)

const drop = (): Promise<string> =>
  run(`SET client_min_messages = error; DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE);
    DROP DATABASE IF EXISTS ${COPY} WITH (FORCE); DROP ROLE IF EXISTS k8s_fdw_e2e_joe;`)

describeUnless(needsOwnServers, "a kubeconfig's token", () => {
  beforeAll(async () => {
    folder = lentFolder()
    config = folder.write('config', kubeconfigOf())
    await drop()
    await run(`CREATE DATABASE ${DATABASE};`)
    await run(`CREATE DATABASE ${COPY};`)
    const { messages } = await inVault(`${await makeVault()} SET client_min_messages = warning;
      ${CREATE_WRAPPERS} CREATE EXTENSION k8s_fdw;`)
    expect(messages).toBe('')
  })

  afterAll(async () => {
    folder.remove()
    await drop()
  })

  it('goes to Vault, and nowhere else', async () => {
    const created =
      await inVault(`CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig ${quoted(config)});
      CREATE FOREIGN TABLE pods (name text) SERVER kind OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');
      ${SECRET}`)
    expect(created.messages).toBe(
      'NOTICE:  the bearer token of server "kind" is kept in Vault, and the server has its id: roles that query it need to read vault.decrypted_secrets',
    )
    expect(lastLine(created).split(/ *\| */)).toEqual([
      'k8s_fdw server kind',
      'bearer token of the foreign server "kind", kept by k8s_fdw',
      't',
    ])
    const options =
      await inVault(`SELECT string_agg(option_name, ' ' ORDER BY option_name), bool_or(strpos(option_value, ${quoted(token)}) > 0)
      FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE option_name !~ '^fdw_';`)
    const names = isOwn
      ? 'api_key_id api_url certificate_authority_data kubeconfig kubeconfig_read'
      : 'api_key_id api_url kubeconfig'
    expect(lastLine(options)).toBe(`${names} | f`)
    expect(lastLine(await inVault(COUNT))).toBe('7')
  })

  it('can be given as text, which goes there as well', async () => {
    const { messages, statements } = await inVault(`
      CREATE SERVER text FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig ${quoted(kubeconfigOf())});
      CREATE FOREIGN TABLE text_pods (name text) SERVER text OPTIONS (apiVersion 'v1', kind 'Pod', namespace 'kube-system');
      SELECT count(*) FROM text_pods;
      SELECT option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE srvname = 'text' AND option_name = 'kubeconfig';
      DROP SERVER text CASCADE;
      SELECT count(*) FROM vault.secrets;`)
    expect(messages).not.toContain('WARNING')
    const outputs = statements.map(({ output }) => output.split('\n')[2]?.trim())
    expect(outputs.filter((output) => output !== undefined)).toEqual(['7', 'text, context here', '1'])
  })

  it('is read by each query: a new one counts at once, in the same session', async () => {
    const update = (secret: string): string =>
      `SELECT vault.update_secret(id, ${quoted(secret)}) FROM vault.secrets WHERE name = 'k8s_fdw server kind';`
    const answer = await inVault(`${COUNT} ${update('not-the-token')}
      \\set ON_ERROR_STOP off
      ${COUNT}
      ALTER SERVER kind OPTIONS (SET kubeconfig ${quoted(config)});
      ${COUNT}`)
    expect(answer.messages).toContain('401 Unauthorized')
    expect(answer.messages.match(/ERROR/g)).toHaveLength(1)
    expect(lastLine(answer)).toBe('7')
    expect(lastLine(await inVault('SELECT count(*) FROM vault.secrets;'))).toBe('1')
  })

  it('is for roles that may read Vault, and others through a function of one that may', async () => {
    const { messages, statements } = await inVault(`CREATE ROLE k8s_fdw_e2e_joe;
      GRANT SELECT ON pods TO k8s_fdw_e2e_joe;
      CREATE FUNCTION count_pods() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
        $$ DECLARE n bigint; BEGIN EXECUTE 'SELECT count(*) FROM pods' INTO n; RETURN n; END $$;
      SET ROLE k8s_fdw_e2e_joe;
      SELECT count_pods();
      ${COUNT}`)
    expect(statements.map(({ output }) => output.split('\n')[2]?.trim())).toContain('7')
    expect(messages).toMatch(/^ERROR: {2}permission denied for schema vault/)
  })

  it('that is not to be had is what check() finds', async () => {
    const { statements } = await inVault(`GRANT USAGE ON FOREIGN SERVER kind TO k8s_fdw_e2e_joe;
      SET client_min_messages = warning;
      CREATE SERVER nothing FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url ${quoted(apiServer)}, api_key_name 'nothing');
      SELECT ok, detail, hint FROM k8s_fdw.check('nothing') LIMIT 1;
      DROP SERVER nothing;
      SELECT bool_and(ok) FROM k8s_fdw.check('kind');
      SET ROLE k8s_fdw_e2e_joe;
      SELECT ok, detail, hint FROM k8s_fdw.check('kind') LIMIT 1;`)
    const found = statements.map(({ output }) =>
      output
        .split('\n')[2]
        ?.trim()
        .split(/ +\| +/),
    )
    const noSecret = isOwn
      ? [
          'Vault has no secret with the name "nothing" of option api_key_name',
          'store the token with vault.create_secret, and see that this role may read vault.decrypted_secrets',
        ]
      : [
          'query vault failed "nothing": SpiTupleTable positioned before the start or after the end',
          'Vault has no secret of that id or name: vault.create_secret() stores one.',
        ]
    expect(found.filter((row) => row !== undefined)).toEqual([
      ['f', ...noSecret],
      ['t'],
      [
        'f',
        'permission denied for schema vault',
        'GRANT USAGE ON SCHEMA vault TO k8s_fdw_e2e_joe; GRANT SELECT ON vault.decrypted_secrets TO k8s_fdw_e2e_joe;',
      ],
    ])
  })

  it('comes along in a dump', async () => {
    const dump = execFileSync(join(dirname(program), 'pg_dump'), [
      '-d',
      conninfo.includes('://') ? conninfo.replace(/[^/]+$/, DATABASE) : `${conninfo} dbname=${DATABASE}`,
    ]).toString()
    const restored = await runIn(
      COPY,
      `SET client_min_messages = warning;\n${dump}\nSET search_path = public; ${COUNT}`,
    )
    expect(restored.messages).toBe('')
    expect(lastLine(restored)).toBe('7')
    const dropped = await runIn(COPY, 'DROP SERVER kind CASCADE; SELECT count(*) FROM vault.secrets;')
    expect(lastLine(dropped)).toBe('0')
  })

  it('is gone from Vault with its server', async () => {
    await inVault('DROP SERVER kind CASCADE;')
    expect(lastLine(await inVault('SELECT count(*) FROM vault.secrets;'))).toBe('0')
  })
})
