// Builds what is named, for `make component` and `make install`.
import { StepFailed } from '../step.ts'
import { buildComponent, buildLibrary } from './parts.ts'

const PARTS: Record<string, (() => Promise<void>) | undefined> = {
  component: buildComponent,
  library: buildLibrary,
}

try {
  for (const name of process.argv.slice(2)) await PARTS[name]?.()
} catch (error) {
  if (!(error instanceof StepFailed)) throw error
  process.exitCode = 1
}
