import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { parseAccessFile } from '../../src/access/index.js';
import {
  parseSettings,
  projectDirectory,
  projectVersion,
  schedulerSettings,
} from '../../src/runtime/index.js';
import { parseDockerfile } from './dockerfile.js';
import {
  filesOf,
  objectsOf,
  resourcesOf,
  type Container,
  type KubernetesObject,
  type PodSpec,
} from './kubernetes-objects.js';
import { kubernetesSchemas } from './kubernetes-schemas.js';
import { partOrSkip } from './part-or-skip.js';
import { writePrometheusRule } from './prometheus-rule.js';
import { assertSettings } from './program-settings.js';

const WRITE_ALERTS = 'write them anew: WRITE_DOCS=1 npm test -- deploy/kubernetes';
const EXAMPLE = 'secrets.example.yaml';
if (process.env['WRITE_DOCS'] === '1') writePrometheusRule();
const objects = ['base', 'monitoring'].flatMap((folder) =>
  resourcesOf(folder).flatMap((file) => objectsOf(`${folder}/${file}`)),
);
const secrets = objectsOf(`base/${EXAMPLE}`);
const stages = parseDockerfile(readFileSync(join(projectDirectory(), 'Dockerfile'), 'utf8'));

interface Workload {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
  readonly container: Container;
  /** The target of the Dockerfile. */
  readonly target: string;
}

const workloads = objects.flatMap(({ metadata, spec }): Workload[] => {
  const { template } = spec ?? {};
  const [container, another] = template?.spec.containers ?? [];
  if (template === undefined || container === undefined) return [];
  assert.equal(another, undefined);
  const [, target = ''] = /^cassadra\/([a-z-]+):/.exec(container.image) ?? [];
  const { labels } = template.metadata;
  return [{ name: metadata.name, labels, pod: template.spec, container, target }];
});

const ofKind = (kind: string): KubernetesObject[] => objects.filter((found) => found.kind === kind);

function named(kind: string, name: string): KubernetesObject {
  const found = [...objects, ...secrets].find((o) => o.kind === kind && o.metadata.name === name);
  assert.ok(found !== undefined, `no ${kind} ${name}`);
  return found;
}

function selected(labels: Readonly<Record<string, string>>): Workload[] {
  const all = Object.entries(labels);
  return workloads.filter((workload) => all.every(([key, is]) => workload.labels[key] === is));
}

/** What a container finds in its environment, secrets by their example. */
function variablesOf({ container, target }: Workload): Record<string, string> {
  const steps = stages.find(({ name }) => name === target)?.instructions ?? [];
  const ofImage = steps.flatMap((step) => (step.kind === 'env' ? [step.variables] : []));
  const ofMaps = (container.envFrom ?? []).map(
    ({ configMapRef }) => named('ConfigMap', configMapRef.name).data ?? {},
  );
  const own = (container.env ?? []).map(({ name, value, valueFrom }) => {
    const { name: secret = '', key = '' } = valueFrom?.secretKeyRef ?? {};
    const example = valueFrom && named('Secret', secret).stringData?.[key];
    // The example is not 32 bytes.
    const key32 = Buffer.alloc(32).toString('base64');
    const text = name === 'SECRETS_KEY' && example !== undefined ? key32 : (value ?? example);
    assert.ok(text !== undefined, `${name} has no value`);
    return { [name]: text };
  });
  return Object.assign({}, ...ofImage, ...ofMaps, ...own) as Record<string, string>;
}

describe('deploy/kubernetes', () => {
  test('fits the schemas of Kubernetes and of the Prometheus operator', async (t) => {
    const check = await partOrSkip(t, 'schemas of Kubernetes', kubernetesSchemas);
    if (check === undefined) return;
    assert.deepEqual([...objects, ...secrets].flatMap(check), []);
    t.diagnostic(`${objects.length + secrets.length} objects`);
    // It sees what is wrong at every depth.
    for (const found of [...ofKind('Deployment'), ...ofKind('ServiceMonitor')]) {
      const wrong = { ...found, spec: { ...found.spec, replica: 2 } };
      assert.equal(check(wrong).length, 1, found.kind);
    }
  });

  test('every file is a resource; nothing has a namespace of its own, everything a label', () => {
    for (const folder of ['base', 'monitoring']) {
      const files = filesOf(folder).filter((file) => file !== 'kustomization.yaml');
      const expected = files.filter((file) => file !== EXAMPLE);
      assert.deepEqual(resourcesOf(folder).toSorted(), expected.toSorted());
    }
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(ofKind('Secret'), [], 'the example would be applied');
    for (const { metadata } of [...objects, ...secrets]) {
      assert.equal(metadata.namespace, undefined, metadata.name);
      assert.equal(metadata.labels['app.kubernetes.io/name'], 'cassadra', metadata.name);
    }
  });

  test('variables are settings of the program, with values that it takes', () => {
    assert.deepEqual(
      workloads.map(({ target }) => target),
      ['gentables', 'grpc-store', 'scheduler'],
    );
    for (const workload of workloads) assertSettings(workload.target, variablesOf(workload));
  });

  test('images are targets of the Dockerfile, of this version', () => {
    for (const { container, target } of workloads) {
      assert.equal(container.image, `cassadra/${target}:${projectVersion()}`);
      assert.ok(
        stages.some(({ name }) => name === target),
        target,
      );
    }
  });

  test('files of the settings are mounted, from keys that the Secrets have', () => {
    for (const workload of workloads) {
      const files = Object.values(variablesOf(workload)).filter((value) =>
        value.startsWith('/etc'),
      );
      assert.equal(files.length, workload.target === 'grpc-store' ? 3 : 0, workload.name);
      for (const file of files) {
        const folder = file.slice(0, file.lastIndexOf('/'));
        const { container, pod } = workload;
        const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === folder);
        const volume = pod.volumes?.find(({ name }) => name === mount?.name);
        const secret = named('Secret', volume?.secret.secretName ?? '');
        assert.ok(file.slice(folder.length + 1) in (secret.stringData ?? {}), file);
      }
    }
  });

  test('the example of the access file is one', () => {
    const text = named('Secret', 'cassadra-access').stringData?.['access.json'] ?? '';
    assert.equal(parseAccessFile(text).length, 1);
  });

  test('pods are ordinary users, without rights and without a way to write', () => {
    for (const { name, pod, container } of workloads) {
      assert.deepEqual(
        pod.securityContext,
        {
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          fsGroup: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        name,
      );
      assert.deepEqual(
        container.securityContext,
        {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        name,
      );
      assert.equal(pod.automountServiceAccountToken, false, name);
      assert.equal(pod.enableServiceLinks, false, name);
      assert.ok('memory' in container.resources.limits && 'cpu' in container.resources.requests);
    }
  });

  test('servers have time to stop, and probes on the port for health', () => {
    const servers = workloads.filter(({ container }) => container.ports !== undefined);
    assert.equal(servers.length, 2);
    for (const workload of servers) {
      const { pod, container } = workload;
      const variables = variablesOf(workload);
      const { SHUTDOWN_GRACE_MS: graceMs } = parseSettings(schedulerSettings, variables);
      const sleepMs = (container.lifecycle?.preStop.sleep.seconds ?? 0) * 1_000;
      const limitMs = (pod.terminationGracePeriodSeconds ?? 0) * 1_000;
      assert.ok(limitMs >= sleepMs + graceMs + 10_000, workload.name);
      const port = container.ports?.find(({ name }) => name === 'health')?.containerPort;
      assert.equal(String(port), variables['HEALTH_PORT'] ?? variables['HTTP_PORT']);
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
        const path = probe === 'readinessProbe' ? '/health/readiness' : '/health/liveness';
        assert.deepEqual(container[probe]?.httpGet, { path, port: 'health' });
      }
    }
  });

  test('Services select one workload, and its ports', () => {
    for (const { metadata, spec } of ofKind('Service')) {
      const [target, another] = selected(spec?.selector ?? {});
      assert.ok(target !== undefined && another === undefined, metadata.name);
      const open = target.container.ports?.map(({ name }) => name);
      for (const { targetPort } of spec?.ports ?? []) assert.ok(open?.includes(targetPort));
    }
  });

  test('budgets and Deployments select one workload', () => {
    for (const { metadata, spec } of [...ofKind('PodDisruptionBudget'), ...ofKind('Deployment')]) {
      assert.equal(selected(spec?.selector?.matchLabels ?? {}).length, 1, metadata.name);
    }
  });

  test('one says how many stores there are', () => {
    const [scaler] = ofKind('HorizontalPodAutoscaler');
    const scaled = named('Deployment', scaler?.spec?.scaleTargetRef?.name ?? '');
    assert.equal(scaled.spec?.replicas, undefined);
  });

  test('Prometheus asks for metrics, and has the alerts of deploy/prometheus', () => {
    const [rule] = ofKind('PrometheusRule');
    const alerts = readFileSync(join(projectDirectory(), 'deploy/prometheus/alerts.yaml'), 'utf8');
    const { groups } = parse(alerts) as { readonly groups: unknown };
    assert.deepEqual(rule?.spec?.groups, groups, WRITE_ALERTS);
    const [monitor] = ofKind('ServiceMonitor');
    const asked = monitor?.spec?.endpoints?.map(({ port, path }) => `${port} ${path}`);
    assert.deepEqual(asked, ['health /metrics']);
  });

  test('policies let every port in, and out what is needed', () => {
    const policies = ofKind('NetworkPolicy');
    const inside = policies
      .flatMap(({ spec }) => spec?.ingress ?? [])
      .flatMap(({ ports }) => ports);
    const open = workloads.flatMap(({ container }) => container.ports ?? []);
    assert.deepEqual(
      [...new Set(inside.map(({ port }) => port))].toSorted(),
      [...new Set(open.map(({ name }) => name))].toSorted(),
    );
    const outside = policies
      .flatMap(({ spec }) => spec?.egress ?? [])
      .flatMap(({ ports }) => ports);
    assert.deepEqual([...new Set(outside.map(({ port }) => port))], [53, 9042, 80, 443]);
    for (const { spec } of policies) {
      assert.equal(selected(spec?.podSelector?.matchLabels ?? {}).length, workloads.length);
    }
  });
});
