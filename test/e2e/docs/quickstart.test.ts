// Each quick start works when it is followed to the letter, and its screens are what one sees (UPDATE=1 writes them
// anew). Only the place in which a page begins is prepared; every other command and statement must be the page's.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import getPort from 'get-port'
import { askPgConfig, buildLibrary, pgConfigPath } from '../../../tools/build/parts.ts'
import { inRoot, ROOT } from '../../../tools/paths.ts'
import type { Cluster } from '../../../tools/services/cluster.ts'
import { bringUpPostgres, preparePostgres, runFolder, takeDown } from '../../../tools/services/session.ts'
import type { Postgres } from '../../../tools/services/postgres.ts'
import { Container } from '../support/container.ts'
import { lentFolder, type Folder } from '../support/kubeconfigs.ts'
import { kubectlProgram } from '../support/kubectl.ts'
import { provided } from '../support/provided.ts'
import { readSteps, rewrite, type Step } from '../support/quickstart/page.ts'
import { createAuthority, type Authority } from '../support/certificates.ts'
import { DATABASE, OtherPostgres, OWNER, WRITER } from '../support/other-postgres.ts'
import { Pod } from '../support/quickstart/pod.ts'
import * as places from '../support/quickstart/places.ts'
import { Reader, type Setting } from '../support/quickstart/reader.ts'
import {
  describeUnless,
  needsOwnServers,
  needsSupabase,
  needsToRunOnce,
  needsWrappers,
} from '../support/left-out.ts'

const { conninfo, psql } = provided()
const run = runFolder(`e2e-quickstart-${process.pid}`)
/** Of the Postgres in the pod. */
const podRun = runFolder(`e2e-quickstart-pod-${process.pid}`)
/** Of the Postgres that has k8s_fdw's own host. */
const ownRun = runFolder(`e2e-quickstart-own-${process.pid}`)

let cluster: Cluster
let trust: places.Trust
let release: places.Release
let lent: Folder

const kubectl = (...args: string[]): string =>
  execFileSync(kubectlProgram, ['--kubeconfig', cluster.kubeconfig, ...args], { encoding: 'utf8' })

/** This cluster has no controller, which elsewhere removes what is in a namespace and then the namespace. */
const forgetTheAccount = (): void => {
  const manifests = ['service-account.yaml', 'read.yaml'].flatMap((name) => ['-f', inRoot('deploy', name)])
  kubectl('delete', '--ignore-not-found', ...manifests)
  if (kubectl('get', 'namespace', 'k8s-fdw', '--ignore-not-found', '-o', 'name') === '') return
  kubectl('delete', '--wait=false', 'namespace', 'k8s-fdw')
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'k8s-fdw' },
    spec: { finalizers: [] },
  }
  const file = join(run.path, 'namespace.json')
  writeFileSync(file, JSON.stringify(namespace))
  kubectl('replace', '--raw', '/api/v1/namespaces/k8s-fdw/finalize', '-f', file)
}

/** What the reader puts in place of the page's words. */
const values = (more: Readonly<Record<string, string>> = {}): Map<string, string> =>
  new Map([
    ['https://<API server>:6443', cluster.server],
    ['https://<API server>', cluster.server],
    ...Object.entries(more),
  ])

/** Every step of the page, in order. `other` types the steps that take more than a shell or psql. */
const follow = (
  path: string,
  settingOf: () => Partial<Setting>,
  other: (step: Step, reader: Reader) => Promise<string> | undefined,
): void => {
  const steps = readSteps(path)
  const printed = new Map<Step, string>()
  const update = process.env['UPDATE'] === '1'
  let reader: Reader
  beforeAll(() => {
    const more = settingOf()
    reader = new Reader({
      conninfo,
      psql,
      database: places.DATABASE,
      role: 'postgres',
      values: values(),
      functions: '',
      varying: [],
      ...more,
      environment: {
        KUBECONFIG: cluster.kubeconfig,
        ROOT,
        FULL_PATH: process.env['PATH'] ?? '',
        ...more.environment,
      },
    })
  })
  afterAll(() => {
    reader.leave()
    trust.giveBack()
    forgetTheAccount()
  })
  it.each(steps.map((step) => [step.title, step] as const))('%s', async (_, step) => {
    const screen = reader.screen(await (other(step, reader) ?? reader.type(step)))
    printed.set(step, screen)
    expect(screen).toBe(update && step.shown !== undefined ? screen : (step.shown ?? ''))
  })
  it('has all its steps', () => {
    expect(printed.size).toBe(steps.length)
    expect(steps.length).toBeGreaterThan(6)
    if (update) rewrite(path, printed)
  })
}

const INSTALLING: Setting['varying'] = [
  [/(k8s_fdw is in )\S+?(\/usr\/share\/.* PostgreSQL 15)\.\d+ \(.*\)/g, '$1$2.20 (Debian 15.20-0+deb12u1)'],
]

/** The API server takes it; nothing is written. */
const tryManifest = (step: Step): Promise<string> => {
  const file = join(run.path, 'manifest.yaml')
  writeFileSync(file, step.text)
  kubectl('apply', '--dry-run=server', '--validate=strict', '-f', file)
  return Promise.resolve('')
}

describeUnless(needsOwnServers, 'docs/quickstart/', () => {
  beforeAll(async () => {
    cluster = await places.ownCluster(run)
    trust = places.borrowTrust(run)
    release = await places.publish()
    lent = lentFolder()
  })

  afterAll(async () => {
    trust.giveBack()
    await release.close()
    lent.remove()
    await places.dropDatabase()
    await takeDown(run)
  })

  describeUnless(needsSupabase, 'supabase.md', () => {
    beforeAll(async () => {
      await places.supabaseDatabase()
      trust.add(readFileSync(cluster.ca, 'utf8')) // as if a public authority had signed it
    })

    follow(
      'docs/quickstart/supabase.md',
      () => ({
        role: places.READER,
        environment: { CURL_CA_BUNDLE: cluster.ca },
        values: values({
          'https://…/k8s_fdw.wasm': release.url,
          '<sha256sum of k8s_fdw.wasm>': release.checksum,
        }),
      }),
      (step, reader) => {
        if (step.language === 'yaml') return tryManifest(step)
        const isSupautils = /^create (extension|foreign data wrapper) /.test(step.text)
        return isSupautils ? places.asSuperuser(() => reader.type(step)) : undefined
      },
    )
  })

  describeUnless(needsToRunOnce, 'supabase-from-inside.md', () => {
    let files: Folder
    let authority: Authority
    let project: OtherPostgres
    let pod: Pod
    beforeAll(async () => {
      files = lentFolder()
      authority = createAuthority('Supabase')
      const { cert, key } = authority.issue(['localhost'])
      project = new OtherPostgres({
        ssl: 'on',
        ssl_cert_file: files.write('server.crt', cert),
        ssl_key_file: files.write('server.key', key),
      })
      await project.begin()
      await project.ask('CREATE PUBLICATION supabase_realtime')
      await project.asSuperuser('CREATE ROLE anon; CREATE ROLE authenticated;')
      pod = new Pod(podRun, cluster, kubectl)
      await pod.start()
    })
    afterAll(async () => {
      await pod.stop()
      await project.end()
      files.remove()
    })

    /** What the page's reader waits for. */
    const untilKept = async (): Promise<void> => {
      const brought = `SELECT count(*) FROM k8s_fdw.kept WHERE sent_at IS NOT NULL`
      await vi.waitFor(
        async () => {
          expect(await pod.ask(brought), pod.said).toBe('3')
        },
        { timeout: 120_000, interval: 300 },
      )
    }

    follow(
      'docs/quickstart/supabase-from-inside.md',
      () => ({
        conninfo: project.conninfo,
        psql: project.psql,
        database: DATABASE,
        role: OWNER,
        values: values({
          '<connection string of the project>': `${project.conninfo} user=${OWNER} dbname=${DATABASE}`,
          '<password>': project.password,
          '<host of the session pooler>': 'localhost',
          'port=5432': `port=${project.way.port}`,
          'dbname=postgres': `dbname=${DATABASE}`,
          'k8s_fdw_writer.<project>': WRITER,
          '/etc/k8s_fdw/remote': pod.mounted.path,
        }),
        // There is no pod that a command could run in.
        functions: `
          kubectl() {
            case "$*" in
              "exec --namespace k8s-fdw deploy/k8s-fdw --container postgres -- psql -h localhost -U postgres "*)
                shift 11; PGHOST= PGPORT= psql -X -d "$POD" "$@" ;;
              *) command kubectl "$@" ;;
            esac
          }`,
        environment: { POD: pod.conninfo },
        varying: [[/k8s-fdw-keep-[a-z0-9]{10}\b/g, 'k8s-fdw-keep-7b2f4d9c5h']],
      }),
      (step, reader) => {
        const write = (name: string): Promise<string> => {
          writeFileSync(join(reader.folder, name), reader.filledIn(step))
          return Promise.resolve('')
        }
        if (step.language === 'yaml') return write('kustomization.yaml')
        if (step.language === 'ini') {
          writeFileSync(join(reader.folder, 'prod-ca-2021.crt'), authority.cert)
          return write('pg_service.conf')
        }
        if (step.text.startsWith('kubectl apply -k'))
          return reader.type(step).then(async (printed) => {
            pod.giveAccount()
            pod.keep()
            // It has made the tables of the cluster, from which the script is made, and says what is missing.
            expect(await pod.kept()).toMatch(/there is no kept table remote/)
            return printed
          })
        if (step.text.includes('rollout restart'))
          return reader.type(step).then(async (printed) => {
            pod.mount('k8s-fdw-remote')
            pod.keep()
            await untilKept()
            return printed
          })
        return undefined
      },
    )

    it('goes on with what changes, and has the password nowhere but in the Secret', async () => {
      kubectl('label', 'pod', 'etcd-master', '--namespace', 'kube-system', 'seen=yes')
      await vi.waitFor(
        async () => {
          expect(
            await project.ask(`SELECT labels->>'seen' FROM kubernetes.pods WHERE name = 'etcd-master'`),
          ).toBe('yes')
        },
        { timeout: 60_000, interval: 300 },
      )
      kubectl('label', 'pod', 'etcd-master', '--namespace', 'kube-system', 'seen-')
      expect(
        await pod.ask(
          `SELECT count(*) FROM pg_user_mappings WHERE umoptions::text LIKE '%${project.password}%'`,
        ),
      ).toBe('0')
      expect(pod.said).not.toContain(project.password)
    })
  })

  describeUnless(needsSupabase, 'self-hosted.md', () => {
    let giveBack: () => void
    beforeAll(async () => {
      await places.supabaseDatabase()
      giveBack = places.withoutExtension()
    })
    afterAll(() => giveBack())

    const MOUNTED = '/usr/local/share/k8s_fdw'
    follow(
      'docs/quickstart/self-hosted.md',
      () => ({
        role: places.READER,
        environment: { TRUST: trust.file, MOUNTED },
        values: values({ '~/k8s_fdw': ROOT, 'TO postgres': `TO ${places.READER}` }),
        // What the compose file's volume, environment and service do.
        functions: `
          make() { [ "$*" = "-C $ROOT component" ] && [ -f "$ROOT/dist/k8s_fdw.wasm" ]; }
          docker() {
            case "$*" in
              "compose up -d db")
                grep -q "^      - ./volumes/db/k8s_fdw:$MOUNTED:ro$" docker-compose.override.yml
                grep -q "^      SSL_CERT_FILE: $MOUNTED/ca.crt$" docker-compose.override.yml
                cat volumes/db/k8s_fdw/ca.crt > "$TRUST" ;;
              "compose exec -T db psql -U supabase_admin "*)
                shift 5; psql -X "\${@//$MOUNTED/$PWD/volumes/db/k8s_fdw}" ;;
              *) echo "docker $*: not handled"; return 97 ;;
            esac
          }`,
      }),
      (step, reader) => {
        if (step.language !== 'yaml') return undefined
        writeFileSync(join(reader.folder, 'docker-compose.override.yml'), step.text)
        return Promise.resolve('')
      },
    )
  })

  describe('postgres.md', () => {
    const pgConfig = join(ownRun.path, 'pg_config')
    let postgres: Postgres
    beforeAll(async () => {
      await buildLibrary()
      postgres = await bringUpPostgres(ownRun, await preparePostgres(ownRun, 'own'), undefined, true)
      // The copy's own, except that headers are not copied.
      const headers = askPgConfig(pgConfigPath(), '--includedir-server')
      const copied = join(postgres.bin, 'pg_config')
      const script = `#!/bin/sh\n[ "$1" != --includedir-server ] || { echo '${headers}'; exit; }\nexec '${copied}' "$@"\n`
      writeFileSync(pgConfig, script, { mode: 0o755 })
    })
    afterAll(() => takeDown(ownRun))

    follow(
      'docs/quickstart/postgres.md',
      () => ({
        conninfo: postgres.conninfo,
        psql: join(postgres.bin, 'psql'),
        database: 'postgres',
        values: values({ '/etc/postgresql/kubeconfig': join(lent.path, 'kubeconfig') }),
        environment: { NODE: process.execPath, OWN_PG_CONFIG: pgConfig },
        functions: `
          make() {
            [ "$*" = "install PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config" ]
            PATH=$FULL_PATH PG_CONFIG=$OWN_PG_CONFIG "$NODE" "$ROOT/tools/build/main.ts" component library
            PATH=$FULL_PATH FOR=own sh "$ROOT/sql/install.sh" "$OWN_PG_CONFIG"
          }
          sudo() {
            case "$*" in
              "install -o postgres -m 0400 /dev/stdin ${lent.path}/kubeconfig") cat > lent ;; # the test gives it to another user
              *) echo "sudo $*: not handled"; return 97 ;;
            esac
          }`,
        varying: INSTALLING,
      }),
      (step, reader) => {
        if (!step.text.includes('| sudo install ')) return undefined
        return reader.type(step).then((printed) => {
          lent.write('kubeconfig', readFileSync(join(reader.folder, 'lent'), 'utf8'))
          return printed
        })
      },
    )
  })

  describeUnless(needsWrappers, 'wrappers.md', () => {
    beforeAll(() => places.plainDatabase())

    follow(
      'docs/quickstart/wrappers.md',
      () => ({
        values: values({ '/etc/postgresql/kubeconfig': join(lent.path, 'kubeconfig') }),
        environment: {
          NODE: process.execPath,
          OWN_PG_CONFIG: join(dirname(psql), 'pg_config'),
          TRUST: trust.file,
        },
        functions: `
          make() {
            [ "$*" = "install FOR=wrappers PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config" ]
            PATH=$FULL_PATH PG_CONFIG=$OWN_PG_CONFIG "$NODE" "$ROOT/tools/build/main.ts" component
            PATH=$FULL_PATH FOR=wrappers sh "$ROOT/sql/install.sh" "$OWN_PG_CONFIG"
          }
          sudo() {
            case "$*" in
              "install -o postgres -m 0400 k8s_fdw.kubeconfig ${lent.path}/kubeconfig") ;; # by the test, for another user
              "cp kubernetes.crt /usr/local/share/ca-certificates/kubernetes.crt") ;;
              "update-ca-certificates") cat kubernetes.crt >> "$TRUST" ;;
              *) echo "sudo $*: not handled"; return 97 ;;
            esac
          }`,
        varying: INSTALLING,
      }),
      (step, reader) => {
        if (!step.text.startsWith('sudo install ')) return undefined
        lent.write('kubeconfig', readFileSync(join(reader.folder, 'k8s_fdw.kubeconfig'), 'utf8'))
        return undefined
      },
    )
  })

  describe('container.md', () => {
    let container: Container
    let ports: { postgres: number; proxy: number }

    beforeAll(async () => {
      ports = { postgres: await getPort({ host: '127.0.0.1' }), proxy: await getPort({ host: '127.0.0.1' }) }
      await buildLibrary()
      container = new Container(run, await preparePostgres(run, 'own'), ports, 'own')
    })
    afterAll(() => container.stop())

    const started = async (reader: Reader): Promise<string> => {
      container.mount(readFileSync(join(reader.folder, 'config'), 'utf8'))
      container.start('quickstart')
      await container.until('healthy', () => container.isHealthy())
      return container
        .log()
        .split('\n')
        .filter((line) => line.startsWith('k8s_fdw: '))
        .join('\n')
    }

    follow(
      'docs/quickstart/container.md',
      () => ({
        conninfo: `host=127.0.0.1 port=${ports.postgres}`,
        database: 'postgres',
        values: values({ '/tmp/config': 'config', "'/kubeconfig'": `'${container.kubeconfig}'` }),
        functions: `
          make() { case "$*" in image | component) ;; *) return 97 ;; esac; }
          docker() {
            case "$*" in
              "run -v config:/kubeconfig --rm --name k8s_fdw k8s_fdw") ;; # by the test
              "exec -it k8s_fdw psql -h localhost -U postgres") ;; # the statements that follow
              "exec -i k8s_fdw psql -h localhost -U postgres") shift 3; shift 3; psql -X -U postgres ;;
              "compose up") # as the service pods does, with a database of its own
                psql -X -q -U postgres -c 'DROP SERVER kind CASCADE' 2> /dev/null
                sed "s|'/kubeconfig/config'|'$MOUNTED'|" "$ROOT/container/example.sql" | PGOPTIONS="-c client_min_messages=warning" psql -X -U postgres > /dev/null ;;
              *) echo "docker $*: not handled"; return 97 ;;
            esac
          }`,
        environment: { MOUNTED: container.kubeconfig },
      }),
      (step, reader) => (step.text.startsWith('docker run ') ? started(reader) : undefined),
    )
  })
})
