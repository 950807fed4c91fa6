// The names of imported tables and columns: Kubernetes' names in, Postgres' out.
import { describe, expect, it } from 'vitest'
import { columnNames, snakeCase, tableNames } from '../../../src/schema/naming.ts'
import type { Resource } from '../../../src/cluster/resource.ts'

describe('snakeCase', () => {
  it.each([
    ['replicas', 'replicas'],
    ['podIP', 'pod_ip'],
    ['podIPs', 'pod_ips'],
    ['clusterIPs', 'cluster_ips'],
    ['podCIDRs', 'pod_cidrs'],
    ['externalURLsFrom', 'external_urls_from'],
    ['HTTPGet', 'http_get'],
    ['setHostnameAsFQDN', 'set_hostname_as_fqdn'],
    ['insecureSkipTLSVerify', 'insecure_skip_tls_verify'],
    ['awsElasticBlockStore', 'aws_elastic_block_store'],
    ['scaleIO', 'scale_io'],
    ['x509Certificate', 'x509_certificate'],
    ['oauth2Proxy', 'oauth2_proxy'],
    ['OAuth', 'o_auth'],
    ['already_snake', 'already_snake'],
    ['x-kubernetes-list-type', 'x_kubernetes_list_type'],
    ['$ref', 'ref'],
    ['a.b/c', 'a_b_c'],
    ['__proto__', 'proto'],
    ['Ünïcode', 'n_code'],
    ['日本', 'field'],
    ['', 'field'],
    ['2fast', '2fast'],
  ])('%s → %s', (name, want) => {
    expect(snakeCase(name)).toBe(want)
  })
})

const LONG = 'x'.repeat(70)

describe('columnNames', () => {
  const METADATA = ['name', 'namespace', 'labels']
  const cases: [name: string, paths: string[], want: string[]][] = [
    ['the section is left out', ['spec.replicas', 'status.phase'], ['replicas', 'phase']],
    [
      'spec has the bare name, status its prefix',
      ['spec.replicas', 'status.replicas'],
      ['replicas', 'status_replicas'],
    ],
    [
      'the top has it before spec',
      ['type', 'spec.type', 'status.type'],
      ['type', 'spec_type', 'status_type'],
    ],
    [
      'metadata has it before all',
      ['name', 'spec.name', 'status.labels'],
      ['top_name', 'spec_name', 'status_labels'],
    ],
    ['deeper ones go by the rest of their path', ['spec.a.b', 'spec.aB'], ['a_b', 'spec_a_b']],
    [
      'the top’s deeper ones by all of it',
      ['roleRef.name', 'roleRef.kind'],
      ['role_ref_name', 'role_ref_kind'],
    ],
    [
      'two ways to write one name',
      ['spec.fooBar', 'spec.foo-bar', 'spec.foo_bar'],
      ['foo_bar', 'spec_foo_bar', 'spec_foo_bar_2'],
    ],
    [
      'a name that Postgres keeps for itself',
      ['spec.ctid', 'status.xmin', 'attrs'],
      ['spec_ctid', 'status_xmin', 'top_attrs'],
    ],
    [
      'columns that every table may have',
      ['spec.labelSelector', 'fieldSelector'],
      ['spec_label_selector', 'top_field_selector'],
    ],
    [
      'a name that objects have',
      ['spec.constructor', 'spec.hasOwnProperty'],
      ['constructor', 'has_own_property'],
    ],
  ]
  it.each(cases)('%s', (_, paths, want) => {
    expect(
      columnNames(
        paths.map((path) => path.split('.')),
        METADATA,
      ),
    ).toEqual(want)
  })

  it('keeps within 63 bytes, by the path alone', () => {
    const [name = ''] = columnNames([['spec', LONG]], [])
    expect(name).toMatch(/^x{54}_[0-9a-f]{8}$/)
    expect(
      columnNames(
        [
          ['spec', 'other'],
          ['spec', LONG],
        ],
        [],
      )[1],
    ).toBe(name)
    expect(columnNames([['spec', `${LONG}y`]], [])[0]).not.toBe(name)
  })

  it('gives each of a thousand names once', () => {
    const paths = Array.from({ length: 1000 }, (_, i) => [
      'spec',
      i % 2 === 0 ? `field-${i >> 3}` : `field_${i >> 3}`,
    ])
    const names = columnNames(paths, [])
    expect(new Set(names).size).toBe(1000)
    expect(names.every((name) => name.length <= 63)).toBe(true)
  })
})

describe('tableNames', () => {
  const resource = (apiVersion: string, plural: string): Resource => ({
    apiVersion,
    kind: plural,
    plural,
    singular: '',
    shortNames: [],
    namespaced: true,
  })
  const cases: [name: string, resources: [string, string][], want: string[]][] = [
    [
      'the plural',
      [
        ['v1', 'pods'],
        ['apps/v1', 'deployments'],
      ],
      ['pods', 'deployments'],
    ],
    [
      'the core group first',
      [
        ['v1', 'events'],
        ['events.k8s.io/v1', 'events'],
      ],
      ['events', 'events_k8s_io_events'],
    ],
    [
      'a built-in kind before others, whatever the order',
      [
        ['acme.io/v1', 'ingresses'],
        ['networking.k8s.io/v1', 'ingresses'],
      ],
      ['acme_io_ingresses', 'ingresses'],
    ],
    [
      'none of two that are not built in',
      [
        ['cert-manager.io/v1', 'certificates'],
        ['networking.internal.knative.dev/v1', 'certificates'],
      ],
      ['cert_manager_io_certificates', 'networking_internal_knative_dev_certificates'],
    ],
    ['no hyphen', [['example.com/v1', 'my-things']], ['my_things']],
    [
      'a number for what is left',
      [
        ['a-b.io/v1', 'things'],
        ['a.b.io/v1', 'things'],
      ],
      ['a_b_io_things', 'a_b_io_things_2'],
    ],
  ]
  it.each(cases)('%s', (_, resources, want) => {
    expect(
      tableNames(
        resources.map(([version, plural]) => resource(version, plural)),
        '',
      ),
    ).toEqual(want)
    expect(
      tableNames(
        resources.map(([version, plural]) => resource(version, plural)),
        'k_',
      ),
    ).toEqual(want.map((name) => `k_${name}`))
  })

  it('keeps within 63 bytes', () => {
    expect(tableNames([resource('example.com/v1', LONG)], 'k_')[0]).toMatch(/^k_x{52}_[0-9a-f]{8}$/)
  })
})
