// The suites that run in Node alone; test/e2e has a configuration of its own.
import { defineConfig } from 'vitest/config'

/** Generous: a busy machine must not fail a test, and one that hangs still ends. */
const TIMEOUT_MS = 180_000

/** What the portable host needs is built once, before the workers that would each build it. */
const JSON_PASS = 'test/support/portable-host/build.ts'

const project = (name: string, globalSetup: string[] = []) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    globalSetup,
    testTimeout: TIMEOUT_MS,
    hookTimeout: TIMEOUT_MS,
  },
})

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...project('unit', [JSON_PASS]).test,
          include: ['test/unit/**/*.test.ts', 'tools/**/*.test.ts'],
        },
      },
      project('engine'),
      project('docs'),
      project('files'),
      project('site', ['test/site/build.ts']),
      project('release'),
      { test: { ...project('image', ['test/image/support/setup.ts']).test, fileParallelism: false } },
      project('contract', [JSON_PASS, 'test/contract/transpile.ts']),
    ],
  },
})
