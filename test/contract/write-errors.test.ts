// Why a statement does not write, each with its exact text; and what is sent again, or not, when an answer is lost.
import { expect, it } from 'vitest'
import type { Response } from '../support/portable-host/imports.ts'
import { failure, json } from './responses.ts'
import { integer, jsonb, onEachEngine, text } from './run-write.ts'
import type { Row, Sent, WriteSpec } from './run-write.ts'

const UID = '11111111-2222-4333-8444-555555555555'
const keyOf = (name: string): string => `shop/${name} ${UID} 1234`
const WEB = '/apis/apps/v1/namespaces/shop/deployments/web'
const columns =
  '{"replicas": "spec.replicas", "selector": "spec.selector", "image": "spec.containers[0].image"}'
const SCALE: Row = { update: keyOf('web'), set: { replicas: integer(3) } }
const isDry = ({ request, body }: Sent): boolean =>
  request.includes('dryRun=All') || (request.startsWith('DELETE') && JSON.stringify(body).includes('dryRun'))

/** One row, and what the API server says to its dry run. */
const refusal = (answer: Response, spec: Partial<WriteSpec> = {}): WriteSpec => ({
  rows: [SCALE],
  respond: () => answer,
  ...spec,
  tableOptions: { columns, ...spec.tableOptions },
})

const causes = (...list: { field?: string; message: string; reason?: string }[]) => ({
  details: { name: 'web', kind: 'deployments', causes: list },
})

const NOT_MADE: readonly (readonly [name: string, spec: WriteSpec, want: string])[] = [
  [
    'writes are off',
    { tableOptions: { writes: 'off' }, rows: [] },
    "k8s_fdw[write] the table is for reading: its option writes is off. Hint: if its objects are to be changed from SQL: ALTER FOREIGN TABLE … OPTIONS (ADD writes 'on', ADD rowid_column 'object_key'), with a column object_key text; or import the tables with OPTIONS (writes 'on')",
  ],
  [
    'the identity is another column',
    { tableOptions: { rowid_column: 'name' }, rows: [] },
    `k8s_fdw[write] the table's option rowid_column is "name", which does not say which object a row is, and in which state. Hint: add a column object_key text to the table, and OPTIONS (SET rowid_column 'object_key')`,
  ],
  [
    'the table shows no kind',
    { tableOptions: { object: 'whoami', apiVersion: '', kind: '' }, rows: [] },
    'k8s_fdw[option] option apiVersion is empty.',
  ],
  [
    'more than max_writes',
    { tableOptions: { max_writes: '1' }, rows: [{ delete: keyOf('a') }, { delete: keyOf('b') }] },
    "k8s_fdw[write] the statement changes more than 1 objects. Hint: if all of them are meant: ALTER FOREIGN TABLE … OPTIONS (ADD max_writes '…'), with at least as many; otherwise add a WHERE",
  ],
  [
    'two rows for one object',
    { tableOptions: { columns }, rows: [SCALE, SCALE] },
    'k8s_fdw[write] two rows of the statement are for Deployment shop/web. Hint: a join gives a row for each match: make each object come once, as with DISTINCT ON or an aggregate',
  ],
  [
    'the token may not',
    refusal(
      failure(
        403,
        'Forbidden',
        'deployments.apps "web" is forbidden: User "jane" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
        { details: { name: 'web', group: 'apps', kind: 'deployments' } },
      ),
    ),
    'k8s_fdw[write] the user may not patch Deployment shop/web: deployments.apps "web" is forbidden: User "jane" cannot patch resource "deployments" in API group "apps" in the namespace "shop". Hint: grant the user a Role in namespace shop with the verb patch on deployments.apps',
  ],
  [
    'a quota is full',
    refusal(
      failure(
        403,
        'Forbidden',
        'pods "web" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1',
      ),
    ),
    'k8s_fdw[write] a quota does not allow Deployment shop/web: pods "web" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1. Hint: kubectl describe resourcequota -n shop says what is used, and how much there may be',
  ],
  [
    'a webhook denies',
    refusal(
      failure(403, 'Forbidden', 'admission webhook "no.example.com" denied the request: not on a Friday'),
    ),
    'k8s_fdw[write] admission does not let Deployment shop/web be as it would be: admission webhook "no.example.com" denied the request: not on a Friday. Hint: a policy, webhook or plugin of the cluster decides so, and says why: change the object, or ask who looks after the policy; kubectl get validatingadmissionpolicies,validatingwebhookconfigurations,mutatingwebhookconfigurations shows them',
  ],
  [
    'values are not valid',
    refusal(
      failure(
        422,
        'Invalid',
        'Deployment.apps "web" is invalid',
        causes(
          {
            reason: 'FieldValueInvalid',
            message: 'Invalid value: -1: must be greater than or equal to 0',
            field: 'spec.replicas',
          },
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.other[0].x' },
        ),
      ),
    ),
    'k8s_fdw[write] Deployment shop/web would not be valid: column "replicas" (spec.replicas): Invalid value: -1: must be greater than or equal to 0; spec.other[0].x: Required value. Hint: change the values that it names: kubectl explain says what a field may hold; an integer is best written to a column of type bigint, a quantity to one of type numeric or text, and a list or map to one of type jsonb',
  ],
  [
    'the object does not have the field',
    refusal(failure(400, 'BadRequest', 'strict decoding error: unknown field "spec.repliccas"')),
    'k8s_fdw[write] Deployment shop/web would not be valid: strict decoding error: unknown field "spec.repliccas". Hint: change the values that it names: kubectl explain says what a field may hold; an integer is best written to a column of type bigint, a quantity to one of type numeric or text, and a list or map to one of type jsonb',
  ],
  [
    'a field is immutable',
    refusal(
      failure(
        422,
        'Invalid',
        '',
        causes({
          reason: 'FieldValueInvalid',
          message: 'Invalid value: {}: field is immutable',
          field: 'spec.selector',
        }),
      ),
      { rows: [{ update: keyOf('web'), set: { selector: jsonb({}) } }] },
    ),
    'k8s_fdw[write] column "selector" (spec.selector) of Deployment shop/web cannot be changed once it is there: Invalid value: {}: field is immutable. Hint: leave it out of the statement, or DELETE the object and INSERT it anew',
  ],
  [
    'NULL where a value is needed',
    refusal(
      failure(
        422,
        'Invalid',
        '',
        causes({ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' }),
      ),
      { rows: [{ update: keyOf('web'), set: { selector: null } }] },
    ),
    'k8s_fdw[write] column "selector" (spec.selector) of Deployment shop/web is NULL, and the object needs a value there: Required value. Hint: write a value, or leave the column out of the statement',
  ],
  [
    'the object is gone',
    refusal(
      failure(404, 'NotFound', 'deployments.apps "web" not found', {
        details: { name: 'web', group: 'apps', kind: 'deployments' },
      }),
    ),
    'k8s_fdw[write] Deployment shop/web is gone since it was read. Hint: run the statement again: it reads the objects anew',
  ],
  [
    'the namespace is missing',
    refusal(
      failure(404, 'NotFound', 'namespaces "shop" not found', {
        details: { name: 'shop', kind: 'namespaces' },
      }),
      { rows: [{ insert: { name: text('web'), namespace: text('shop') } }] },
    ),
    'k8s_fdw[write] there is no namespace shop for Deployment shop/web to be in. Hint: make the namespace first: it is an object of kind Namespace',
  ],
  [
    'the object is there already',
    refusal(failure(409, 'AlreadyExists', 'deployments.apps "web" already exists'), {
      rows: [{ insert: { name: text('web'), namespace: text('shop') } }],
    }),
    "k8s_fdw[write] Deployment shop/web is there already. Hint: UPDATE it, or give the table the option on_insert 'apply', with which INSERT changes it",
  ],
  [
    'somebody else has applied a field',
    refusal(
      failure(
        409,
        'Conflict',
        'Apply failed with 1 conflict',
        causes({
          reason: 'FieldManagerConflict',
          message: 'conflict with "kubectl"',
          field: '.spec.replicas',
        }),
      ),
      {
        rows: [{ insert: { name: text('web'), namespace: text('shop'), replicas: integer(1) } }],
        tableOptions: { on_insert: 'apply' },
      },
    ),
    'k8s_fdw[write] Deployment shop/web has fields that others manage: column "replicas" (.spec.replicas): conflict with "kubectl". Hint: leave them out, so that they stay as they are; or give the table the option force \'on\', with which they are taken over, as with kubectl apply --force-conflicts',
  ],
  [
    'the kind has no such verb',
    refusal(
      failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'),
    ),
    'k8s_fdw[write] the cluster lets nobody patch objects of kind Deployment. Hint: kubectl api-resources -o wide lists the verbs of each kind',
  ],
  [
    'no API server answers',
    refusal(failure(500, 'InternalError', 'no more is known')),
    'k8s_fdw[status] patch /apis/apps/v1/namespaces/shop/deployments/web: 500 Internal Server Error: no more is known. Hint: the API server or a proxy before it has a problem: look at its logs, and try again later',
  ],
]

onEachEngine('a statement that is refused', (write) => {
  it.each(NOT_MADE)('%s', async (_, spec, want) => {
    const { error, sent } = await write(spec)
    if (want.endsWith('.') && !want.includes('Hint')) expect(error).toContain(want)
    else expect(error).toBe(want)
    expect(sent.filter((one) => !one.request.startsWith('GET') && !isDry(one))).toEqual([])
  })

  it('is no statement for what is no kind', async () => {
    const { error } = await write({
      serverOptions: { writes: 'on' },
      tableOptions: { object: 'pods/log' },
      rows: [],
    })
    expect(error).toContain('k8s_fdw[option] the table has both object and kind')
  })
})

onEachEngine('a conflict', (write) => {
  const conflict = failure(
    409,
    'Conflict',
    'Operation cannot be fulfilled on deployments.apps "web": the object has been modified',
  )
  const now = (metadata: object): Response => json(200, { metadata })
  const managedFields = [
    { manager: 'kubectl-scale', operation: 'Update', time: '2026-11-29T03:00:00Z', subresource: 'scale' },
    { manager: 'helm', operation: 'Apply', time: '2026-11-01T00:00:00Z' },
  ]
  const HINT = 'Hint: run the statement again: it reads the object anew, and sees that change'

  it.each([
    [
      'who has changed it',
      now({ uid: UID, managedFields }),
      ', by kubectl-scale (its scale) at 2026-11-29T03:00:00Z',
    ],
    ['nobody who says so', now({ uid: UID }), ''],
    [
      'that it is another',
      now({ uid: 'other', managedFields }),
      ': it was deleted, and another of its name was made',
    ],
    ['that it is gone', failure(404, 'NotFound', 'deployments.apps "web" not found'), ': it is gone'],
    ['nothing where that is not told', failure(403, 'Forbidden', 'no'), ''],
  ])('says %s', async (_, answer, want) => {
    const { error, sent } = await write({
      tableOptions: { columns },
      rows: [SCALE],
      respond: ({ request }) => (request.startsWith('GET') ? answer : conflict),
    })
    expect(error).toBe(`k8s_fdw[write] Deployment shop/web has changed since it was read${want}. ${HINT}`)
    expect(sent.map(({ request }) => request.split('?')[0])).toEqual([`PATCH ${WEB}`, `GET ${WEB}`])
  })

  it('is what the test in a JSON patch comes to', async () => {
    const misfit = failure(422, 'Invalid', 'the server rejected our request due to an error in our request')
    const object = { metadata: { uid: UID, managedFields }, spec: { containers: [{ image: 'a' }] } }
    const { error } = await write({
      tableOptions: { columns },
      rows: [{ update: keyOf('web'), set: { image: text('b') } }],
      respond: ({ request }) => (request.startsWith('GET') ? json(200, object) : misfit),
    })
    expect(error).toContain(
      'k8s_fdw[write] Deployment shop/web has changed since it was read, by kubectl-scale',
    )
  })
})

onEachEngine('a statement of several rows', (write) => {
  const rows: Row[] = ['a', 'b', 'c'].map((name) => ({ update: keyOf(name), set: { replicas: integer(3) } }))
  const invalid = failure(422, 'Invalid', 'no', causes({ message: 'no', field: 'spec.replicas' }))

  it('sends nothing for real unless all of them have passed', async () => {
    const { error, sent } = await write({
      tableOptions: { columns },
      rows,
      respond: ({ request, body }) => (request.includes('/c?') ? invalid : json(200, body)),
    })
    expect(error).toContain('Deployment shop/c would not be valid')
    expect(sent.map(isDry)).toEqual([true, true, true])
  })

  it('says what is done when one fails after all', async () => {
    const { error, sent } = await write({
      tableOptions: { columns },
      rows,
      respond: (one) => (one.request.includes('/b?') && !isDry(one) ? invalid : json(200, one.body ?? {})),
    })
    expect(error).toContain(
      'k8s_fdw[write] 1 of 3 changes are made (Deployment shop/a), and no more will be: Deployment shop/b would not be valid',
    )
    expect(
      sent
        .filter((one) => !isDry(one) && !one.request.startsWith('GET'))
        .map(({ request }) => /deployments\/(\w+)/.exec(request)?.[1]),
    ).toEqual(['a', 'b'])
  })

  it('is only tried with k8s_fdw.dry_run', async () => {
    const { error, sent, notices } = await write({
      settings: { 'k8s_fdw.dry_run': 'on' },
      tableOptions: { columns },
      rows,
    })
    expect(error).toBeNull()
    expect(sent.every(isDry)).toBe(true)
    expect(notices).toEqual(['k8s_fdw: k8s_fdw.dry_run is on: 3 changes would be made, and none was'])
  })

  it('shows the warnings of the API server once', async () => {
    const { warnings } = await write({
      tableOptions: { columns },
      rows: [SCALE],
      respond: ({ body }) => json(200, body, [['warning', '299 - "deprecated since v1.40"']]),
    })
    expect(warnings).toEqual([`k8s_fdw: PATCH ${WEB}: deprecated since v1.40`])
  })

  it('is made as the user whom the server impersonates', async () => {
    const { sent } = await write({
      serverOptions: { impersonate_user_setting: 'role', impersonate_user_prefix: 'pg:' },
      settings: { role: 'jane' },
      tableOptions: { columns },
      rows: [SCALE],
    })
    expect(sent).toHaveLength(2)
  })

  it('may be allowed by the server, and be forbidden by the table', async () => {
    const allowed = { serverOptions: { writes: 'on' }, rows: [SCALE] }
    const { error } = await write({ ...allowed, tableOptions: { columns, writes: 'off' } })
    expect(error).toContain('the table is for reading: its option writes is off')
  })
})

onEachEngine('a Secret', (write) => {
  const secret = { apiVersion: 'v1', kind: 'Secret', columns: '{"password": "data.password"}' }
  const key = `shop/s ${UID} 1234`

  it.each([
    { data: jsonb({ password: '***', other: 'YQ==' }) },
    { password: text('***') },
    { annotations: jsonb({ a: '***' }) },
  ])('is not overwritten with its mask: %o', async (set) => {
    const { error, sent } = await write({ tableOptions: secret, rows: [{ update: key, set }] })
    expect(error).toContain(
      `k8s_fdw[write] column "${Object.keys(set)[0] ?? ''}" cannot be written: its value is masked (***), and would take the place of the Secret's own. Hint: `,
    )
    expect(sent).toEqual([])
  })

  it('is not quoted by an error', async () => {
    const { error } = await write({
      tableOptions: secret,
      rows: [{ update: key, set: { password: text('hunter2') } }],
      respond: () =>
        failure(422, 'Invalid', 'Secret "s" is invalid: data[password]: Invalid value: "hunter2"', {
          details: {
            causes: [
              { reason: 'FieldValueInvalid', message: 'Invalid value: "hunter2"', field: 'data[password]' },
            ],
          },
        }),
    })
    expect(error).toContain(
      'Secret shop/s would not be valid: column "password" (data[password]): FieldValueInvalid. Hint: ',
    )
    expect(error).not.toContain('hunter2')
  })

  it('is not quoted by an error without causes', async () => {
    const { error } = await write({
      tableOptions: secret,
      rows: [{ update: key, set: { password: text('hunter2') } }],
      respond: () => failure(400, 'BadRequest', 'illegal base64 in hunter2'),
    })
    expect(error).toContain('its words are hidden, for they may quote the Secret')
    expect(error).not.toContain('hunter2')
  })
})

onEachEngine('a lost answer', (write) => {
  const NO_ANSWER = 'error sending request: connection closed before message completed'
  const uid = UID
  /** The dry run passes; the request itself gets `real`, and the object that is read again is `object`. */
  const lost = (rows: Row[], real: Response | string, object: Response | string): WriteSpec => ({
    tableOptions: { columns },
    rows,
    respond: (one) => {
      if (one.request.startsWith('GET')) return object
      return isDry(one) ? json(200, one.body) : real
    },
  })
  const gone = failure(404, 'NotFound', 'deployments.apps "web" not found', {
    details: { name: 'web', kind: 'deployments' },
  })
  const conflict = failure(409, 'Conflict', 'modified')
  const exists = failure(409, 'AlreadyExists', 'exists')
  const made = json(200, {
    metadata: { name: 'web', namespace: 'shop', uid },
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { replicas: 3, paused: true },
  })
  const insert: Row = { insert: { name: text('web'), namespace: text('shop'), replicas: integer(3) } }
  const remove: Row = { delete: keyOf('web') }

  it.each<[name: string, spec: WriteSpec]>([
    ['an UPDATE that arrived', lost([SCALE], NO_ANSWER, made)],
    ["an UPDATE whose repetition is a conflict of one's own making", lost([SCALE], conflict, made)],
    ["an INSERT whose repetition finds one's own object", lost([insert], exists, made)],
    ['an INSERT that arrived', lost([insert], NO_ANSWER, made)],
    ['a DELETE whose repetition finds nothing', lost([remove], gone, gone)],
    ['a DELETE that arrived', lost([remove], NO_ANSWER, gone)],
    [
      'a DELETE that waits for a finalizer',
      lost([remove], conflict, json(200, { metadata: { uid, deletionTimestamp: 'now' } })),
    ],
    [
      'a DELETE after which another of the name was made',
      lost([remove], conflict, json(200, { metadata: { uid: 'new' } })),
    ],
  ])('does no harm: %s', async (_, spec) => {
    const { error, sent } = await write(spec)
    expect(error).toBeNull()
    // Nothing is sent again: the object is looked at.
    expect(sent.map(({ request }) => request.split(' ')[0]).at(-1)).toBe('GET')
    expect(sent).toHaveLength(3)
  })

  const other = json(200, { metadata: { uid, name: 'web', resourceVersion: '1235' }, spec: { replicas: 1 } })
  const asRead = json(200, { metadata: { uid, name: 'web', resourceVersion: '1234' }, spec: { replicas: 1 } })
  const labels = (map: Record<string, string>): Response =>
    json(200, { metadata: { uid, name: 'web', resourceVersion: '1235', labels: map } })
  const unlabel: Row = { update: keyOf('web'), set: { labels: jsonb({ a: '1' }) } }
  const labelled = (object: Response): WriteSpec => ({
    ...lost([unlabel], conflict, object),
    respond: (one) => {
      if (one.request.startsWith('GET')) return object
      return isDry(one) ? labels({ a: '1' }) : conflict
    },
  })
  it.each<[name: string, spec: WriteSpec, want: string]>([
    [
      'an UPDATE that did not arrive',
      lost([SCALE], NO_ANSWER, asRead),
      'Deployment shop/web was not changed',
    ],
    ['an INSERT that did not arrive', lost([insert], NO_ANSWER, gone), 'Deployment shop/web was not changed'],
    [
      'an UPDATE of which nothing is known',
      lost([SCALE], NO_ANSWER, NO_ANSWER),
      'before message completed; it is not known whether Deployment shop/web was changed',
    ],
    [
      'an UPDATE of an object that somebody has changed since, or oneself',
      lost([SCALE], NO_ANSWER, other),
      'it is not known whether Deployment shop/web was changed',
    ],
    [
      'an UPDATE that was to remove what is still there',
      labelled(labels({ a: '1', b: '2' })),
      'Deployment shop/web has changed since it was read',
    ],
    [
      'an UPDATE after another one',
      lost([SCALE], conflict, other),
      'Deployment shop/web has changed since it was read',
    ],
    ['an INSERT after another one', lost([insert], exists, other), 'Deployment shop/web is there already'],
  ])('is an error after %s', async (_, spec, want) => {
    expect((await write(spec)).error).toContain(want)
  })
})

onEachEngine('a statement out of order', (write) => {
  it('ends without a row', async () => {
    expect(await write({ rows: [] })).toEqual({ error: null, sent: [], notices: [], warnings: [] })
  })
})
