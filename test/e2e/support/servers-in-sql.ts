// CREATE SERVER in both ways: through the extension k8s_fdw, and in the plain Wrappers way.
import { isOwn } from './left-out.ts'
import { provided } from './provided.ts'
import { quoted, run } from './sql.ts'

/** What stands before CREATE EXTENSION k8s_fdw in a database of its own: our own host needs no other extension. */
export const CREATE_WRAPPERS = isOwn ? '' : 'CREATE EXTENSION wrappers;'

export type ServerOptions = Readonly<Record<string, string>>

const list = (options: ServerOptions): string =>
  Object.entries(options)
    .map(([name, value]) => `${name} ${quoted(value)}`)
    .join(', ')

/** A server of the foreign data wrapper k8s_fdw, at the suite's cluster unless the options say otherwise. */
export const createServer = async (name: string, options: ServerOptions = {}): Promise<void> => {
  const { apiServer, token } = provided()
  const all = { api_url: apiServer, api_key: token, ...options }
  await run(`SET client_min_messages = error;
    DROP SERVER IF EXISTS ${name} CASCADE;
    CREATE SERVER ${name} FOREIGN DATA WRAPPER k8s_fdw OPTIONS (${list(all)});`)
}

const WASM_WRAPPER = isOwn
  ? `CREATE FUNCTION wasm_fdw_handler() RETURNS fdw_handler LANGUAGE c AS '$libdir/k8s_fdw', 'k8s_fdw_handler';
    CREATE FOREIGN DATA WRAPPER wasm_wrapper HANDLER wasm_fdw_handler;`
  : 'CREATE FOREIGN DATA WRAPPER wasm_wrapper HANDLER wasm_fdw_handler VALIDATOR wasm_fdw_validator;'

/**
 * The wrapper of the plain way, unless another file has made it. Our own host stands in for Wrappers there, without a
 * validator.
 */
export const CREATE_WASM_WRAPPER = `DO $do$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'wasm_wrapper') THEN
      ${WASM_WRAPPER}
    END IF;
  END $do$;`

/** As the Supabase catalogue has it, without our extension: for any Postgres with Wrappers. */
export const createPlainServer = async (name: string, options: ServerOptions = {}): Promise<void> => {
  const { apiServer, token, packageUrl, packageVersion } = provided()
  const all = {
    fdw_package_url: packageUrl,
    fdw_package_name: 'k8s-fdw:k8s-fdw',
    fdw_package_version: packageVersion,
    api_url: apiServer,
    api_key: token,
    ...options,
  }
  await run(`SET client_min_messages = error;
    ${CREATE_WASM_WRAPPER}
    DROP SERVER IF EXISTS ${name} CASCADE;
    CREATE SERVER ${name} FOREIGN DATA WRAPPER wasm_wrapper OPTIONS (${list(all)});`)
}
