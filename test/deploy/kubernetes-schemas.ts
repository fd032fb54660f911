import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { KUBERNETES, openArchive, PROMETHEUS_OPERATOR } from './archives.js';
import type { KubernetesObject } from './kubernetes-objects.js';

type Schema = Readonly<Record<string, unknown>>;

const OPERATOR_GROUP = 'monitoring.coreos.com/v1';

/** The problems of an object: what the server would refuse, or silently drop. */
export type SchemaCheck = (object: KubernetesObject) => readonly string[];

/** The schemas of Kubernetes, and of the objects of the Prometheus operator. */
export async function kubernetesSchemas(): Promise<SchemaCheck> {
  const kubernetes = await openArchive(KUBERNETES);
  const operator = await openArchive(PROMETHEUS_OPERATOR);
  const ajv = new Ajv2020({
    strict: false,
    validateFormats: false,
    allErrors: true,
    logger: false,
  });
  const read = (name: string): Schema => JSON.parse(kubernetes(name).toString()) as Schema;
  ajv.addSchema(read('_definitions.json'));
  const compiled = new Map<string, ValidateFunction>();
  return (object) => {
    const { apiVersion, kind } = object;
    const key = `${apiVersion} ${kind}`;
    const validate =
      compiled.get(key) ??
      ajv.compile(
        apiVersion === OPERATOR_GROUP
          ? operatorSchema(operator, kind)
          : read(`${schemaName(apiVersion, kind)}.json`),
      );
    compiled.set(key, validate);
    validate(object);
    return (validate.errors ?? []).map(
      ({ instancePath, message = '', params }) =>
        `${kind} ${object.metadata.name}: ${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** `apps/v1 Deployment` → `deployment-apps-v1`. */
function schemaName(apiVersion: string, kind: string): string {
  const [group = '', version] = apiVersion.split('/');
  const words = version === undefined ? [group] : [group.split('.')[0], version];
  return [kind.toLowerCase(), ...words].join('-');
}

interface Definition {
  readonly spec: {
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

function operatorSchema(file: (name: string) => Buffer, kind: string): Schema {
  const path = `prometheus-operator-crd/monitoring.coreos.com_${kind.toLowerCase()}s.yaml`;
  const { spec } = parse(file(path).toString()) as Definition;
  const version = spec.versions.find(({ name }) => name === 'v1');
  if (version === undefined) throw new Error(`${kind} has no v1`);
  return closed(version.schema.openAPIV3Schema, true);
}

/** Refuses fields that the schema does not name, as the server does; it knows metadata itself. */
function closed(schema: unknown, isRoot = false): Schema {
  const { properties, items, additionalProperties, pattern, ...rest } = schema as Schema;
  const entries = Object.entries((properties ?? {}) as Schema).map(([name, inner]) => {
    const open = isRoot && name === 'metadata';
    return [name, open ? inner : closed(inner)] as const;
  });
  const free = rest['x-kubernetes-preserve-unknown-fields'] === true || properties === undefined;
  const more = additionalProperties ?? (free ? undefined : false);
  // an inline flag is Go's, and not of this language
  const ours = typeof pattern === 'string' ? { pattern: pattern.replace('(?i)', '') } : {};
  return {
    ...rest,
    ...ours,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(entries) }),
    ...(items === undefined ? {} : { items: closed(items) }),
    ...(more === undefined ? {} : { additionalProperties: more }),
  };
}
