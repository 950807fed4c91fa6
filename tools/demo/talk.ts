// Reads the talk's statements from test/e2e/talk, in the order in which they were shown. They stay as they are, except
// for the path of a kubeconfig that this machine cannot offer.
import { readFileSync } from 'node:fs'
import { inRoot } from '../paths.ts'
import { TALK_PATH } from '../services/kubeconfig-link.ts'

export const TALK = [
  { file: 'server', title: 'A cluster is a server' },
  { file: 'tables', title: 'A kind is a table' },
  { file: 'select-all', title: 'Everything' },
  { file: 'select-labels', title: 'A map is jsonb' },
  { file: 'select-component', title: 'A JSONPath column, and a look into the jsonb' },
  { file: 'join', title: 'A join of three kinds' },
  { file: 'explain', title: 'What EXPLAIN shows' },
  { file: 'ask-join', title: 'Three questions that only SQL answers: whom to call for which pod?' },
  { file: 'ask-tree', title: 'What belongs to a Deployment?' },
  { file: 'ask-controls', title: 'What is not as it should be?' },
  { file: 'ask-check', title: 'A cluster of your own' },
] as const

export type TalkFile = (typeof TALK)[number]['file']

/** The statements as they stand, with another kubeconfig path if the talk's own cannot be had. */
export const talkSql = (file: TalkFile, kubeconfigPath: string): string => {
  const sql = readFileSync(inRoot('test/e2e/talk', `${file}.sql`), 'utf8')
  return sql.replace(`'${TALK_PATH}'`, () => `'${kubeconfigPath.replaceAll("'", "''")}'`)
}
