// The workloads: what is asked in SQL and of kubectl, which must give the same rows.
import { readFileSync } from 'node:fs'
import { inRoot } from '../tools/paths.ts'
import { ON_WRAPPERS, OWN } from './contenders.ts'

export interface Workload {
  readonly id: string
  readonly label: string
  readonly sql: string
  /** A shell command with `k` for kubectl. */
  readonly jq: string | undefined
  readonly jsonpath: string | undefined
  /** The rows are compared between contenders. */
  readonly compared: boolean
  /** Needs the 100,000 pods. */
  readonly large: boolean
  /** The components that can do it in time; undefined for all. */
  readonly components?: readonly string[]
  /** Stands in the picture. */
  readonly charted: boolean
}

export const SMALL_SET = { namespace: 'bench-5000', count: 5000 }
export const LARGE_SET = { namespace: 'bench-100000', count: 100_000 }

/** These are changed. */
export const CHANGED_SET = { namespace: 'bench-1000', count: 1000 }

/** What a request to a far cluster takes longer. */
export const FAR_MS = 300

const talk = (file: string): string => readFileSync(inRoot('test/e2e/talk', `${file}.sql`), 'utf8').trim()

const COLUMNS = 'name, namespace, image, labels'
const JQ_ROW =
  '[.metadata.name, .metadata.namespace, .spec.containers[0].image, (.metadata.labels | tojson)] | @tsv'
const PATH_ROW =
  '{.metadata.name}{"\\t"}{.metadata.namespace}{"\\t"}{.spec.containers[0].image}{"\\t"}{.metadata.labels}{"\\n"}'

const list = (namespace: string): string => `k get pods -n ${namespace}`
const jqRows = (namespace: string): string => `${list(namespace)} -o json | jq -r '.items[] | ${JQ_ROW}'`
const pathRows = (namespace: string): string =>
  `${list(namespace)} -o jsonpath='{range .items[*]}${PATH_ROW}{end}'`

const JOIN = `[.items[] | {kind, name: .metadata.name}] | . as $all
  | $all[] | select(.kind == "Deployment") | .name as $d
  | $all[] | select(.kind == "ReplicaSet" and (.name | startswith($d + "-"))) | .name as $r
  | $all[] | select(.kind == "Pod" and (.name | startswith($r + "-"))) | [$d, $r, .name] | @tsv`

const count = (set: typeof SMALL_SET): Pick<Workload, 'sql' | 'jq' | 'jsonpath'> => ({
  sql: `SELECT count(*) FROM pods_${set.count}`,
  jq: `${list(set.namespace)} -o json | jq '.items | length'`,
  jsonpath: `${list(set.namespace)} -o jsonpath='{range .items[*]}{.metadata.name}{"\\n"}{end}' | wc -l`,
})

export const LARGE_IDS = ['pods-100000', 'pods-texts-100000', 'count-100000']

/** `podName`: one of the small set. */
export const workloads = (podName: string): readonly Workload[] => {
  const { namespace } = SMALL_SET
  const usual = { compared: true, large: false, charted: false }
  return [
    {
      ...usual,
      id: 'explain',
      label: 'EXPLAIN',
      sql: 'EXPLAIN SELECT * FROM pods',
      jq: undefined,
      jsonpath: undefined,
      compared: false,
      charted: true,
    },
    {
      ...usual,
      id: 'talk',
      label: '7 pods',
      sql: talk('select-all'),
      jq: jqRows('kube-system'),
      jsonpath: pathRows('kube-system'),
      charted: true,
    },
    {
      ...usual,
      id: 'join',
      label: 'join of three kinds',
      sql: talk('join'),
      jq: `k get deployments.apps,replicasets.apps,pods -n kube-system -o json | jq -r '${JOIN}'`,
      jsonpath: undefined,
      charted: true,
    },
    {
      ...usual,
      id: 'one',
      label: 'one pod by name',
      sql: `SELECT ${COLUMNS} FROM all_pods WHERE namespace = '${namespace}' AND name = '${podName}'`,
      jq: `k get pod ${podName} -n ${namespace} -o json | jq -r '${JQ_ROW}'`,
      jsonpath: `k get pod ${podName} -n ${namespace} -o jsonpath='${PATH_ROW}'`,
    },
    {
      ...usual,
      id: 'limit',
      label: '10 of 5,000 pods',
      sql: `SELECT ${COLUMNS} FROM pods_5000 LIMIT 10`,
      jq: `${list(namespace)} -o json | jq -r '.items[:10][] | ${JQ_ROW}'`,
      jsonpath: `${list(namespace)} -o jsonpath='{range .items[0:10]}${PATH_ROW}{end}'`,
    },
    {
      ...usual,
      id: 'pods-5000',
      label: '5,000 pods, four columns',
      sql: `SELECT ${COLUMNS} FROM pods_5000`,
      jq: jqRows(namespace),
      jsonpath: pathRows(namespace),
      charted: true,
    },
    {
      ...usual,
      id: 'json-5000',
      label: '5,000 pods, whole as jsonb',
      sql: 'SELECT attrs FROM pods_5000',
      jq: `${list(namespace)} --show-managed-fields -o json | jq -c '.items[]'`,
      jsonpath: `${list(namespace)} --show-managed-fields -o jsonpath='{range .items[*]}{@}{"\\n"}{end}'`,
      charted: true,
    },
    {
      ...usual,
      id: 'self-join-5000',
      label: '5,000 pods joined with 5,000',
      sql: 'SELECT a.name FROM pods_5000 AS a JOIN pods_5000 AS b USING (uid)',
      jq: `${list(namespace)} -o json | jq -r 'INDEX(.items[]; .metadata.uid) as $b | .items[] | $b[.metadata.uid].metadata.name'`,
      jsonpath: undefined,
      // Wrappers joins row by row, because its planner believes in one row a table: it would take minutes.
      components: [OWN],
      charted: true,
    },
    {
      ...usual,
      id: 'label-1000',
      components: [OWN, ON_WRAPPERS],
      label: '1,000 pods labelled',
      // Each time otherwise, for a change that changes nothing is another matter.
      sql: `UPDATE changed_pods SET labels = labels || jsonb_build_object('at', md5(clock_timestamp()::text))`,
      jq: `k label pods --all -n ${CHANGED_SET.namespace} --overwrite at=$(date +%s%N) | wc -l`,
      jsonpath: undefined,
      compared: false,
    },
    {
      ...usual,
      id: 'far',
      components: [OWN, ON_WRAPPERS],
      label: 'a cluster 0.3 s away',
      sql: "SELECT name, labels FROM fleet WHERE cluster = '0'",
      jq: undefined,
      jsonpath: undefined,
    },
    {
      ...usual,
      id: 'fleet',
      components: [OWN, ON_WRAPPERS],
      label: 'four such clusters',
      sql: 'SELECT cluster, name, labels FROM fleet',
      jq: undefined,
      jsonpath: undefined,
      charted: true,
    },
    { ...usual, id: 'count-5000', label: 'count of 5,000 pods', ...count(SMALL_SET), charted: true },
    {
      ...usual,
      id: 'pods-100000',
      label: '100,000 pods, four columns',
      sql: `SELECT ${COLUMNS} FROM pods_100000`,
      jq: jqRows(LARGE_SET.namespace),
      jsonpath: pathRows(LARGE_SET.namespace),
      large: true,
      charted: true,
    },
    {
      // Without jsonb, because the host keeps a multiple of each such value until the scan ends.
      ...usual,
      id: 'pods-texts-100000',
      label: '100,000 pods, three texts',
      sql: 'SELECT name, namespace, image FROM pods_100000',
      jq: undefined,
      jsonpath: undefined,
      large: true,
    },
    { ...usual, id: 'count-100000', label: 'count of 100,000 pods', ...count(LARGE_SET), large: true },
  ]
}

/** A workload of 100,000 pods is this many times one of 5,000. */
export const LARGE_FACTOR = LARGE_SET.count / SMALL_SET.count

/** The workload whose time foretells a large one's. */
export const smallOf = (workload: Workload): string =>
  workload.id.replace('-texts', '').replace('100000', '5000')
