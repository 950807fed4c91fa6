// What a kubelet and a scheduler have reported about shop's pods, in both APIs.
import type { Manifest } from './apply.ts'
import { object, STARTED } from './pods.ts'

const SHOP = 'shop'

/** As a kubelet and a scheduler write them, so many minutes ago. */
export const events = (): Manifest[] => {
  const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000 - 20_000).toISOString()
  const seconds = (time: string): string => time.replace(/\.\d+Z$/, 'Z')
  const about = (name: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: SHOP,
    name,
    uid: `of-${name}`,
  })
  const ofKubelet = (
    name: string,
    pod: string,
    type: string,
    reason: string,
    message: string,
    count: number,
    minutes: number,
  ) =>
    object('v1', 'Event', name, SHOP, {
      more: {
        involvedObject: about(pod),
        type,
        reason,
        message,
        count,
        firstTimestamp: STARTED,
        lastTimestamp: seconds(ago(minutes)),
        source: { component: 'kubelet', host: 'node-2' },
      },
    })
  const scheduling = object('events.k8s.io/v1', 'Event', 'web-m4tzp.1', SHOP, {
    more: {
      regarding: about('web-5f7c9d8b64-m4tzp'),
      type: 'Warning',
      reason: 'FailedScheduling',
      note: '0/3 nodes are available: 3 Insufficient cpu.',
      action: 'Scheduling',
      eventTime: ago(44).replace('Z', '000Z'),
      series: { count: 9, lastObservedTime: ago(2).replace('Z', '000Z') },
      reportingController: 'default-scheduler',
      reportingInstance: 'default-scheduler-master',
    },
  })
  return [
    ofKubelet(
      'web-x9v4d.1',
      'web-5f7c9d8b64-x9v4d',
      'Warning',
      'BackOff',
      'Back-off restarting failed container web',
      41,
      3,
    ),
    ofKubelet('cart-2xkqj.1', 'cart-7d9f8c6b5-2xkqj', 'Warning', 'Failed', 'Error: ImagePullBackOff', 17, 8),
    ofKubelet(
      'web-8k2lq.1',
      'web-5f7c9d8b64-8k2lq',
      'Normal',
      'Pulled',
      'Container image already present on machine',
      1,
      26,
    ),
    ofKubelet('db-0.1', 'db-0', 'Warning', 'Unhealthy', 'Readiness probe failed', 3, 190),
    scheduling,
  ]
}
