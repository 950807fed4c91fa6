// Configures the end-to-end suite: one file after the other, in the order of their folders and names, around one set of
// servers.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { LOGS } from '../../tools/paths.ts'
import { SECRETS, TRANSCRIPT } from '../../tools/services/record.ts'

// Here, and so before any process that is started: what all of them print is searched for secrets when every test has run (closing.ts).
process.env[TRANSCRIPT] = join(LOGS, `e2e-transcript-${process.env['K8S_FDW_TEST_HOST'] ?? 'current'}.log`)
process.env[SECRETS] = join(tmpdir(), `k8s_fdw-secrets-${process.pid}`)

class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1)))
  }
}

export default defineConfig({
  test: {
    name: 'e2e',
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    globalSetup: ['support/servers.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    sequence: { sequencer: ByName },
  },
})
