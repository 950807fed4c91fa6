// `make component` and `make install`.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPONENT } from '../paths.ts'
import { say, step, StepFailed } from '../step.ts'
import { askPgConfig, buildComponent, pgConfigPath } from './parts.ts'

const install = async (): Promise<void> => {
  const pgConfig = pgConfigPath()
  await buildComponent()
  await step({
    label: `installing k8s_fdw into ${askPgConfig(pgConfig, '--version')}`,
    log: 'install',
    argv: ['bash', 'sql/install.sh', pgConfig],
  })
  const extensions = join(askPgConfig(pgConfig, '--sharedir'), 'extension')
  if (!readFileSync(join(extensions, 'k8s_fdw.control'), 'utf8').includes("requires = 'wrappers'")) {
    say('then, in a database: CREATE EXTENSION k8s_fdw;')
    return
  }
  if (!existsSync(join(extensions, 'wrappers.control'))) {
    say('this Postgres has no Wrappers yet: https://supabase.github.io/wrappers/installation')
  }
  say('then, in a database: CREATE EXTENSION wrappers; CREATE EXTENSION k8s_fdw;')
}

try {
  if (process.argv[2] === 'install') await install()
  else {
    await buildComponent()
    say(`${COMPONENT} is built`)
  }
} catch (error) {
  if (!(error instanceof StepFailed)) throw error
  process.exitCode = 1
}
