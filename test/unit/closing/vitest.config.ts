// Owns: one run of one case, whose teardown searches.
// Never: found by the unit tests' own configuration.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.case.ts'], globalSetup: ['setup.ts'] },
})
