// Says where the component's transpile lies, before test/contract/engines.ts is read: not where a contract run has its own.
import { join } from 'node:path'

process.env['CONTRACT_TRANSPILED'] ??= join(import.meta.dirname, '..', '..', '.cache', 'fuzz')
