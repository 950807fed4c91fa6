// Which texts of the suite's cluster are secret, and whether a text holds one. A leak is named by where the secret is
// from, so that it does not show.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LOGS } from '../../../tools/paths.ts'
import { SECRETS } from '../../../tools/services/record.ts'
import { apiOf } from './api.ts'
import type { Provided } from './provided.ts'

export interface Needle {
  readonly from: string
  readonly text: string
}

interface Secret {
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly type?: string
  readonly data?: Readonly<Record<string, string>>
}

/** Shorter ones are in many a text by chance. */
const SHORTEST = 6
/** A message may show the beginning or the end of a long value. */
const SHORTEST_PART = 10
/** What a service account's Secret holds beside its token. */
const PUBLIC_KEYS = ['ca.crt', 'namespace']
const SECRET_FIELDS = /^[ -]*"?(token|client-key-data|password|[a-z]+-token|client-secret)"?: *"?([^"\s,]+)/gm

const whole = (from: string, text: string): Needle[] =>
  text.length < SHORTEST
    ? []
    : [
        { from, text },
        { from, text: JSON.stringify(text).slice(1, -1) },
      ]

const withParts = (from: string, text: string): Needle[] => {
  const half = Math.ceil(text.length / 2)
  if (half < SHORTEST_PART) return whole(from, text)
  return [...whole(from, text), { from, text: text.slice(0, half) }, { from, text: text.slice(-half) }]
}

/** Every value of a Secret in the cluster: as the API server sends it, decoded, and decoded as hexadecimal digits. */
const secretsOfCluster = async (given: Provided): Promise<Needle[]> => {
  const { items } = await apiOf(given).get<{ items: Secret[] }>('/api/v1/secrets')
  return items.flatMap(({ metadata, type, data }) =>
    Object.entries(data ?? {})
      .filter(([key]) => type !== 'kubernetes.io/service-account-token' || !PUBLIC_KEYS.includes(key))
      .flatMap(([key, encoded]) => {
        const from = `Secret ${metadata.namespace}/${metadata.name}, ${key}`
        const decoded = Buffer.from(encoded, 'base64')
        if (decoded.length < SHORTEST) return []
        return [
          ...withParts(`${from}, in base64`, encoded),
          ...withParts(from, decoded.toString()),
          ...whole(`${from}, in hexadecimal`, decoded.toString('hex')),
        ]
      }),
  )
}

const kubeconfigSecrets = ({ kubeconfig }: Provided): Needle[] => {
  const text = existsSync(kubeconfig) ? readFileSync(kubeconfig, 'utf8') : kubeconfig
  return [...text.matchAll(SECRET_FIELDS)].flatMap(([, field = '', value = '']) =>
    withParts(`the kubeconfig's ${field}`, value),
  )
}

/** The keys and tokens of the suite's own cluster: none of a foreign one's can be read. */
const clusterFiles = ({ trustedCa }: Provided): Needle[] => {
  const folder = trustedCa === undefined ? '' : join(dirname(trustedCa), 'cluster', 'pki')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    // The private number is in the first line of the PEM; a certificate has the rest of it.
    if (file.endsWith('.key')) return whole(file, text.split('\n')[1] ?? '')
    if (file !== 'tokens.csv') return []
    return text.split('\n').flatMap((line) => withParts(file, line.split(',')[0] ?? ''))
  })
}

/** What was made while the suite ran: other clusters' tokens, and those of service accounts. */
const noted = (): Needle[] => {
  const path = process.env[SECRETS] ?? ''
  if (!existsSync(path)) return []
  const texts = readFileSync(path, 'utf8').trim().split('\n')
  return texts
    .filter((line) => line !== '')
    .flatMap((line) => withParts('a token made by a test', JSON.parse(line) as string))
}

export const allNeedles = async (given: Provided): Promise<Needle[]> => {
  const { token, readerToken } = given
  return [
    ...withParts('the token', token),
    ...withParts("the reader's token", readerToken ?? ''),
    ...kubeconfigSecrets(given),
    ...clusterFiles(given),
    ...noted(),
    ...(await secretsOfCluster(given)),
  ]
}

/** Where the secrets are from that the text holds. */
export const leaks = (needles: readonly Needle[], text: string): string[] => [
  ...new Set(needles.filter((needle) => text.includes(needle.text)).map(({ from }) => from)),
]

/** What this run has printed up to now: each file by its name. */
const outputOfSuite = ({ transcript, postgresLog }: Provided): Map<string, string> => {
  const begun = statSync(transcript).birthtimeMs
  const logs = readdirSync(LOGS)
    .map((name) => join(LOGS, name))
    // Of an earlier run the failures are known, and a failure that is mended must not fail again.
    .filter((path) => /e2e|sql-install/.test(path) && statSync(path).mtimeMs >= begun)
  const files = [...logs, ...(postgresLog !== undefined && existsSync(postgresLog) ? [postgresLog] : [])]
  return new Map(files.map((path) => [path, readFileSync(path, 'utf8')]))
}

/** Where in the run's output which secrets stand. A transcript that is empty is a find: nothing has been searched then. */
export const leaksOfRun = async (given: Provided): Promise<string[]> => {
  const needles = await allNeedles(given)
  const output = outputOfSuite(given)
  const silent = (output.get(given.transcript) ?? '') === '' ? [`${given.transcript}: nothing in it`] : []
  return [
    ...silent,
    ...[...output].flatMap(([path, text]) => leaks(needles, text).map((from) => `${path}: ${from}`)),
  ]
}
