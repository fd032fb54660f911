import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { projectDirectory } from '../../src/runtime/index.js';

const FOLDER = join(projectDirectory(), 'deploy', 'kubernetes');

type Labels = Readonly<Record<string, string>>;

interface NamedRef {
  readonly name: string;
  readonly key?: string;
}

export interface Container {
  readonly image: string;
  readonly envFrom?: readonly { readonly configMapRef: NamedRef }[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: NamedRef };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly resources: { readonly requests: Labels; readonly limits: Labels };
  readonly securityContext: unknown;
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly secret: { readonly secretName: string };
  }[];
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: unknown;
}

/** What the tests look at; the schemas see to the rest. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Labels;
  };
  readonly data?: Labels;
  readonly stringData?: Labels;
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: Labels & { readonly matchLabels?: Labels };
    readonly podSelector?: { readonly matchLabels: Labels };
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
    readonly ports?: readonly { readonly targetPort: string }[];
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly endpoints?: readonly { readonly port: string; readonly path: string }[];
    readonly ingress?: readonly { readonly ports: readonly { readonly port: string }[] }[];
    readonly egress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly groups?: unknown;
  };
}

/** The YAML files of a folder of deploy/kubernetes. */
export function filesOf(folder: string): string[] {
  return readdirSync(join(FOLDER, folder)).filter((file) => file.endsWith('.yaml'));
}

/** What a file holds. Read as YAML 1.2; nothing in it may mean something else in 1.1. */
export function objectsOf(path: string): KubernetesObject[] {
  const documents = parseAllDocuments(readFileSync(join(FOLDER, path), 'utf8'), { strict: true });
  return [...documents].map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS() as KubernetesObject;
  });
}

/** The resources that a kustomization names. It may do nothing else. */
export function resourcesOf(folder: string): string[] {
  const [kustomization] = objectsOf(`${folder}/kustomization.yaml`) as unknown[];
  const { apiVersion, kind, resources, ...rest } = kustomization as Record<string, unknown>;
  const known = apiVersion === 'kustomize.config.k8s.io/v1beta1' && kind === 'Kustomization';
  if (!known || Object.keys(rest).length > 0 || !Array.isArray(resources)) {
    throw new Error(`${folder}: a kustomization of resources only`);
  }
  return resources.map(String);
}
