// `make component` and `make install`.
import { COMPONENT } from '../paths.ts'
import { say, StepFailed } from '../step.ts'
import { install } from './install.ts'
import { buildComponent } from './parts.ts'

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
