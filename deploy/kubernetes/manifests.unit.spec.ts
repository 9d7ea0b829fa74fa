import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { USERS } from '../nats/users.js';

/* What can be told of the manifests without a cluster. */

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: object;
  readonly resources: { readonly requests?: object; readonly limits?: object };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly [probe: `${string}Probe`]: { readonly httpGet?: { readonly path: string; readonly port: string } };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly selector: { readonly matchLabels?: object } & object;
    readonly ports?: readonly { readonly targetPort: string }[];
    readonly scaleTargetRef?: { readonly name: string };
    readonly replicas?: number;
    readonly ttlSecondsAfterFinished?: number;
    readonly triggers?: readonly { readonly metadata: Readonly<Record<string, string>> }[];
    readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly Container[];
        readonly initContainers?: readonly Container[];
        readonly volumes: readonly {
          readonly name: string;
          readonly secret?: { readonly items?: readonly { readonly key: string }[] };
        }[];
      };
    };
  };
}

const ROOT = path.resolve('deploy', 'kubernetes');
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => path.join(ROOT, name));

const manifests = files
  .filter((file) => path.basename(file) !== 'kustomization.yaml')
  .flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
      expect({ file, errors: document.errors }).toEqual({ file, errors: [] });
      return document.toJS() as Manifest;
    }),
  );
const ofKind = (...kinds: string[]): Manifest[] => manifests.filter(({ kind }) => kinds.includes(kind));
const named = (kind: string, name: string): Manifest =>
  ofKind(kind).find(({ metadata }) => metadata.name === name)!;

const APPS = ['gateway', 'orchestrator', 'scraper', 'documents', 'applier', 'audit'];
const OWNERS = ['scraper', 'documents', 'applier', 'audit'];
const workloads = ofKind('Deployment', 'StatefulSet', 'Job');
const containersOf = ({ spec }: Manifest): Container[] => [
  ...spec.template.spec.containers,
  ...(spec.template.spec.initContainers ?? []),
];

describe('the manifests', () => {
  it('are all reached from the overlays', () => {
    const reached = new Set<string>();
    const visit = (folder: string): void => {
      const file = path.join(folder, 'kustomization.yaml');
      reached.add(file);
      const { resources = [] } = parse(readFileSync(file, 'utf8')) as { resources?: string[] };
      for (const resource of resources) {
        const at = path.resolve(folder, resource);
        if (at.endsWith('.yaml')) reached.add(at);
        else visit(at);
      }
    };
    for (const overlay of ['overlays/production', 'overlays/one-machine', 'autoscaling-plain'])
      visit(path.join(ROOT, overlay));
    expect(files.filter((file) => !reached.has(file))).toEqual([]);
  });

  it('have a Deployment with a budget for each service', () => {
    const names = (kind: string) =>
      ofKind(kind)
        .map(({ metadata }) => metadata.name)
        .sort();
    expect(names('Deployment')).toEqual([...APPS].sort());
    expect(names('PodDisruptionBudget')).toEqual([...APPS, 'mongo', 'nats'].sort());
  });

  it.each(workloads.map((one) => [one.metadata.name, one] as const))(
    'run %s as nobody in particular, with a root that cannot be written',
    (_, workload) => {
      const { securityContext } = workload.spec.template.spec;
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(securityContext).toHaveProperty('runAsUser');
      for (const container of containersOf(workload)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources.requests).toMatchObject({
          cpu: expect.anything(),
          memory: expect.anything(),
        });
        expect(container.resources.limits).toHaveProperty('memory');
        const volumes = [
          ...workload.spec.template.spec.volumes.map(({ name }) => name),
          ...('volumeClaimTemplates' in workload.spec ? ['data'] : []),
        ];
        for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
      }
    },
  );

  it.each(
    [...ofKind('Deployment', 'StatefulSet', 'PodDisruptionBudget')].map(
      (one) => [one.kind, one.metadata.name, one] as const,
    ),
  )('select the pods of the same name: %s %s', (_, name, { spec }) => {
    expect(spec.selector).toEqual({ matchLabels: { 'app.kubernetes.io/name': name } });
    if (spec.template)
      expect(spec.template.metadata.labels).toMatchObject({ 'app.kubernetes.io/name': name });
  });

  it('lead services to ports that their pods have', () => {
    for (const service of ofKind('Service')) {
      const { name } = service.metadata;
      const workload = workloads.find(({ metadata }) => metadata.name === name)!;
      const ports = containersOf(workload).flatMap((container) =>
        (container.ports ?? []).map((port) => port.name),
      );
      for (const { targetPort } of service.spec.ports ?? []) expect(ports).toContain(targetPort);
      expect(service.spec.selector).toEqual({ 'app.kubernetes.io/name': name });
    }
  });

  it('mount the secrets that a workload needs, and never all of them', () => {
    for (const workload of workloads) {
      const { metadata, spec } = workload;
      const secrets = spec.template.spec.volumes.filter(({ secret }) => secret);
      const paths = containersOf(workload).flatMap(({ env = [], command = [] }) =>
        [...env.map(({ value = '' }) => value), ...command].filter((text) =>
          text.startsWith('/run/secrets/'),
        ),
      );
      const mounted = secrets.flatMap(
        ({ secret }) => secret!.items?.map(({ key }) => key) ?? ['all of them'],
      );
      expect({ of: metadata.name, mounted: mounted.sort() }).toEqual({
        of: metadata.name,
        mounted: paths.map((file) => path.basename(file)).sort(),
      });
    }
  });

  it('leave the number of what is scaled to whoever scales it, who does not take unknown for nothing', () => {
    for (const { spec } of ofKind('ScaledObject', 'HorizontalPodAutoscaler')) {
      expect(named('Deployment', spec.scaleTargetRef!.name).spec).not.toHaveProperty('replicas');
      for (const { metadata } of spec.triggers ?? []) expect(metadata['ignoreNullValues']).toBe('false');
    }
  });

  it('can be applied again with other images: a job that is done is gone by then', () => {
    for (const { spec } of ofKind('Job')) expect(spec.ttlSecondsAfterFinished).toBeLessThanOrEqual(60);
  });

  it('take images that are built on the machine where there is one machine', () => {
    const { patches } = parse(
      readFileSync(path.join(ROOT, 'overlays/one-machine/kustomization.yaml'), 'utf8'),
    ) as {
      patches: { target: { kind: string; name?: string }; patch: string }[];
    };
    const IfNotPresent =
      'op: add, path: /spec/template/spec/containers/0/imagePullPolicy, value: IfNotPresent';
    const patched = patches.filter(({ patch }) => patch.includes(IfNotPresent)).map(({ target }) => target);
    expect(patched).toEqual([{ kind: 'Job', name: 'mongo-setup' }, { kind: 'Deployment' }]);
  });

  it('scale what there is, and guard what there is', () => {
    for (const { spec } of ofKind('ScaledObject', 'HorizontalPodAutoscaler'))
      expect(APPS).toContain(spec.scaleTargetRef?.name);
    const names = workloads.map(({ metadata }) => metadata.name);
    for (const { spec } of ofKind('NetworkPolicy')) {
      const name = spec.podSelector?.matchLabels?.['app.kubernetes.io/name'];
      if (name) expect(names).toContain(name);
    }
  });
});

describe.each(APPS)('the deployment of %s', (app) => {
  const deployment = named('Deployment', app);
  const [container] = deployment.spec.template.spec.containers;
  const shared = named('ConfigMap', 'jobhunter').data!;
  const settings = {
    ...shared,
    ...Object.fromEntries((container!.env ?? []).map(({ name, value }) => [name, value])),
  };

  it('asks the health port that the service is told', () => {
    const ports = Object.fromEntries(
      (container!.ports ?? []).map(({ name, containerPort }) => [name, containerPort]),
    );
    expect(String(ports['health'])).toBe(settings['HEALTH_PORT']);
    expect(settings['HEALTH_HOST']).toBe('0.0.0.0');
    expect(container!['livenessProbe']?.httpGet).toEqual({ path: '/live', port: 'health' });
    expect(container!['startupProbe']?.httpGet).toEqual({ path: '/live', port: 'health' });
    expect(container!['readinessProbe']?.httpGet).toEqual({ path: '/ready', port: 'health' });
    if (app === 'gateway') expect(String(ports['http'])).toBe(settings['PORT']);
  });

  it('signs in under its own name, with secrets that are mounted', () => {
    const owns = OWNERS.includes(app);
    expect(settings['NATS_USER']).toBe(app);
    expect(settings['MONGODB_USER']).toBe(owns ? app : undefined);
    const mounted = deployment.spec.template.spec.volumes
      .find(({ name }) => name === 'secrets')!
      .secret!.items!.map(({ key }) => key);
    expect(mounted).toEqual([`nats-${app}`, ...(owns ? [`mongo-${app}`] : [])]);
    for (const [name, value] of Object.entries(settings))
      if (name.endsWith('_FILE'))
        expect(mounted.map((key) => `/run/secrets/jobhunter/${key}`)).toContain(value);
  });

  it('has settings that are written down, and a temporary folder', () => {
    const guide = readFileSync(path.resolve('docs', 'guides', 'settings.md'), 'utf8');
    for (const name of Object.keys(settings)) expect(guide).toContain(`\`${name.replace(/_FILE$/, '')}`);
    expect(container!.volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
  });
});

describe('the broker', () => {
  it('grants the same permissions in Compose and in the cluster, and syncs before it acknowledges', () => {
    const compose = readFileSync(path.resolve('deploy', 'nats', 'nats.conf'), 'utf8');
    for (const conf of [
      compose,
      ...['nats', 'alone'].map((name) =>
        readFileSync(path.join(ROOT, 'base', 'nats', `${name}.conf`), 'utf8'),
      ),
    ]) {
      expect(conf).toMatch(/^include accounts\.conf$/m);
      expect(conf).toMatch(/^ {2}sync_interval: always$/m);
      expect(conf).toMatch(/^max_payload: 8MB$/m);
    }
    const { configMapGenerator } = parse(
      readFileSync(path.resolve('deploy', 'nats', 'kustomization.yaml'), 'utf8'),
    );
    expect(configMapGenerator).toEqual([{ name: 'nats-accounts', files: ['accounts.conf'] }]);
    const { resources } = parse(readFileSync(path.join(ROOT, 'base', 'nats', 'kustomization.yaml'), 'utf8'));
    expect(resources).toContain('../../../nats');
  });

  it('is given the password of every user that its configuration names', () => {
    const [container] = named('StatefulSet', 'nats').spec.template.spec.containers;
    const names = (container!.env ?? []).map(({ name }) => name);
    for (const { passwordVariable } of USERS) expect(names).toContain(passwordVariable);
    for (const name of ['NATS_SYS_PASSWORD', 'NATS_CLUSTER_PASSWORD', 'SERVER_NAME'])
      expect(names).toContain(name);
  });
});
