// Asks client-go and apimachinery for the answer to each case and writes it beside the case; with --check only compares.
// `node test/unit/oracle/record.ts`, with Go installed. A new case is a line `"path": null` in a file of jsonpath/.
import { writeFileSync } from 'node:fs'
import { buildOracle } from './client-go.ts'
import { staleFiles } from './recorded.ts'

const check = process.argv.includes('--check')
buildOracle()
for (const { path, text } of staleFiles()) {
  console.log(`${path} ${check ? 'is not what the oracle answers' : 'written'}`)
  if (check) process.exitCode = 1
  else writeFileSync(path, text)
}
