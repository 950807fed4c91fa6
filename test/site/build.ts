// Builds the site as `make docs` does, once for the tests of this folder, with the packages that only it needs. It does
// not know the repository's address, so links to other files become plain text.
import { step } from '../../tools/step.ts'

export default async (): Promise<void> => {
  const setup = ['bash', 'tools/setup/with.sh', 'node', 'site', '--'] as const
  await step({ label: 'setting up the site', log: 'site-setup', argv: setup })
  await step({
    label: 'building the site',
    log: 'site',
    argv: [process.execPath, 'tools/site/node_modules/vitepress/bin/vitepress.js', 'build', 'tools/site'],
    env: { GITHUB_REPOSITORY: '', SITE_BASE: '/' },
  })
}
