// The cron jobs of the namespace shop, one of which fails, and what they have made.
import type { Manifest } from './apply.ts'
import { condition, done, object, pod, resources, STARTED } from './pods.ts'

const SHOP = 'shop'

const backupSpec = {
  restartPolicy: 'Never',
  containers: [
    {
      name: 'backup',
      image: 'docker.io/library/postgres:16',
      envFrom: [{ configMapRef: { name: 'backup' } }, { secretRef: { name: 'bucket' } }],
      resources: resources(['100m', '64Mi'], ['', '128Mi']),
    },
  ],
}

const job = (spec: object): object => ({ template: { spec }, backoffLimit: 3 })
const cronJob = (schedule: string, spec: object, more: object = {}): object => ({
  spec: { schedule, jobTemplate: { spec: job(spec) }, ...more },
})
const monthsAgo = '2026-02-01T03:00:00Z'

export const jobs = (): Manifest[] => [
  object('batch/v1', 'CronJob', 'backup', SHOP, {
    ...cronJob('0 3 * * *', backupSpec),
    status: { lastScheduleTime: new Date(Date.now() - 3_600_000), lastSuccessfulTime: monthsAgo },
  }),
  object('batch/v1', 'CronJob', 'report', SHOP, cronJob('0 6 * * 1', { ...backupSpec }, { suspend: true })),
  object('batch/v1', 'CronJob', 'cleanup', SHOP, {
    ...cronJob('*/10 * * * *', backupSpec),
    status: {
      lastScheduleTime: new Date(Date.now() - 60_000),
      lastSuccessfulTime: new Date(Date.now() - 60_000),
    },
  }),
  object('batch/v1', 'Job', 'backup-29100180', SHOP, {
    spec: job(backupSpec),
    owner: 'CronJob/backup',
    status: {
      failed: 4,
      startTime: STARTED,
      conditions: [
        condition(
          'FailureTarget',
          'True',
          'BackoffLimitExceeded',
          'Job has reached the specified backoff limit',
        ),
        condition('Failed', 'True', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
      ],
    },
  }),
  pod({
    namespace: SHOP,
    name: 'backup-29100180-w7hzn',
    owner: 'Job/backup-29100180',
    labels: { 'batch.kubernetes.io/job-name': 'backup-29100180' },
    node: 'node-1',
    spec: backupSpec,
    status: { phase: 'Failed', startTime: STARTED, containerStatuses: [done('backup', 2, 'Error')] },
  }),
]
