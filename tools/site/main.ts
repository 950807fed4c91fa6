// `make docs`.
import { SITE } from '../paths.ts'
import { say, StepFailed } from '../step.ts'
import { buildSite, serveSite } from './build.ts'

try {
  if (process.argv[2] === 'serve') process.exitCode = await serveSite()
  else {
    await buildSite()
    say(`${SITE} is built; make docs SERVE=1 shows it on this machine, and follows your changes`)
  }
} catch (error) {
  if (!(error instanceof StepFailed)) throw error
  process.exitCode = 1
}
