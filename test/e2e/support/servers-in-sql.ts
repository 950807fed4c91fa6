// CREATE SERVER in both ways: through the extension k8s_fdw, and in the plain Wrappers way.
import { provided } from './provided.ts'
import { quoted, run } from './sql.ts'

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
    DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'wasm_wrapper') THEN
        RETURN;
      ELSIF to_regproc('k8s_fdw.handler') IS NOT NULL THEN
        CREATE FOREIGN DATA WRAPPER wasm_wrapper HANDLER k8s_fdw.handler;
      ELSE
        CREATE FOREIGN DATA WRAPPER wasm_wrapper HANDLER wasm_fdw_handler VALIDATOR wasm_fdw_validator;
      END IF;
    END $$;
    DROP SERVER IF EXISTS ${name} CASCADE;
    CREATE SERVER ${name} FOREIGN DATA WRAPPER wasm_wrapper OPTIONS (${list(all)});`)
}
