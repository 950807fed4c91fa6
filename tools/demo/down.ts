// `make down`: stops the demo's servers by their process ids, and removes the demo's folder.
import { existsSync } from 'node:fs'
import { runFolder, takeDown } from '../services/session.ts'
import { say, timed } from '../step.ts'

const run = runFolder('demo')
if (existsSync(run.path)) await timed('stopping the demo', () => takeDown(run))
else say('no demo is running')
