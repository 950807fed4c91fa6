// Builds the site with VitePress, as `make docs` does.
import { inRoot } from '../paths.ts'
import { step } from '../step.ts'

const VITEPRESS = inRoot('tools/site/node_modules/vitepress/bin/vitepress.js')

export const buildSite = (env: Record<string, string>): Promise<void> =>
  step({
    label: 'building the site',
    log: 'site',
    argv: [process.execPath, VITEPRESS, 'build', 'tools/site'],
    env,
  })
