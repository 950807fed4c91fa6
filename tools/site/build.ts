// Builds and previews the site with VitePress' commands.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { inRoot, ROOT } from '../paths.ts'
import { step } from '../step.ts'

const vitepress = (...args: readonly string[]): [string, ...string[]] => [
  process.execPath,
  inRoot('tools', 'site', 'node_modules', 'vitepress', 'bin', 'vitepress.js'),
  ...args,
]

export const buildSite = (env: Record<string, string> = {}): Promise<void> =>
  step({ label: 'building the site', log: 'site', argv: vitepress('build', 'tools/site'), env })

/** Until it is interrupted; pages are shown anew when they change. */
export const serveSite = async (): Promise<number> => {
  const [program, ...args] = vitepress('dev', 'tools/site', '--host', '127.0.0.1')
  const [code] = (await once(spawn(program, args, { cwd: ROOT, stdio: 'inherit' }), 'exit')) as (
    number | null
  )[]
  return code ?? 0
}
