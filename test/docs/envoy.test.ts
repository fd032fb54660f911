import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ENVOY_VERSION } from '../../tools/envoy/envoy-wheels.js';
import { ROOT } from './readme-runner.js';
import { readYaml } from './yaml-file.js';

interface Address {
  readonly socket_address: { readonly address: string; readonly port_value: number };
}

interface Route {
  readonly match: Readonly<Record<string, unknown>>;
  readonly route: {
    readonly cluster: string;
    readonly timeout: string;
    readonly max_stream_duration?: Readonly<Record<string, string>>;
    readonly retry_policy?: { readonly retry_on: string; readonly num_retries: number };
    readonly request_mirror_policies?: readonly { readonly cluster: string }[];
  };
}

interface Manager {
  readonly route_config: { readonly virtual_hosts: readonly { readonly routes: Route[] }[] };
  readonly http_filters: readonly { readonly name: string }[];
}

interface Cluster {
  readonly name: string;
  readonly health_checks: readonly { readonly grpc_health_check?: unknown }[];
  readonly typed_extension_protocol_options: Readonly<
    Record<string, { readonly explicit_http_config: Readonly<Record<string, unknown>> }>
  >;
  readonly load_assignment: {
    readonly endpoints: readonly {
      readonly lb_endpoints: readonly { readonly endpoint: { readonly address: Address } }[];
    }[];
  };
}

interface Envoy {
  readonly admin: { readonly address: Address };
  readonly static_resources: {
    readonly listeners: readonly {
      readonly address: Address;
      readonly filter_chains: readonly {
        readonly filters: readonly { readonly typed_config: Manager }[];
      }[];
    }[];
    readonly clusters: readonly Cluster[];
  };
}

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly image?: string; readonly command?: readonly string[] }>
  >;
}

const PATH = 'envoy/envoy.yaml';
/** Each proves that nothing was written. */
const RETRIED = ['connect-failure', 'reset-before-request', 'refused-stream', 'unavailable'];

const { admin, static_resources: resources } = readYaml(PATH) as Envoy;
const { services } = readYaml('docker-compose.yml') as Compose;
const [listener] = resources.listeners;
const manager = listener?.filter_chains[0]?.filters[0]?.typed_config;
const routes = manager?.route_config.virtual_hosts[0]?.routes ?? [];

/** What it does is shown by test/envoy, with a real Envoy. */
describe('envoy/envoy.yaml', () => {
  test('listens on 8080, its admin pages on the loopback of 9901, open in a container only', () => {
    assert.deepEqual(listener?.address.socket_address, { address: '0.0.0.0', port_value: 8080 });
    assert.deepEqual(admin.address.socket_address, { address: '127.0.0.1', port_value: 9901 });
    const overlay = services['envoy']?.command?.at(-1) ?? '';
    assert.match(overlay, /^admin: \{ address: \{ socket_address: \{ address: 0\.0\.0\.0/);
  });

  test('mirrors storegrpc, all of it, and nothing else', () => {
    const mirrored = routes.filter(({ route }) => route.request_mirror_policies !== undefined);
    assert.deepEqual(
      mirrored.map(({ match }) => match),
      [{ prefix: '/storegrpc.EventStoreService/' }],
    );
    const policies = mirrored[0]?.route.request_mirror_policies;
    assert.deepEqual(
      policies?.map(({ cluster }) => cluster),
      ['grpc-sink'],
    );
  });

  test('calls end by their deadline, streams by their ends, and retries are safe', () => {
    for (const { match, route } of routes.filter((each) => each.route.timeout === '0s')) {
      const isStream = 'safe_regex' in match || 'path' in match;
      assert.deepEqual(
        route.max_stream_duration,
        isStream
          ? { grpc_timeout_header_max: '0s' }
          : { max_stream_duration: '15s', grpc_timeout_header_max: '300s' },
      );
      assert.equal(route.retry_policy === undefined, isStream);
    }
    const policies = routes.flatMap(({ route }) => route.retry_policy ?? []);
    assert.ok(policies.length >= 2);
    for (const { retry_on, num_retries } of policies) {
      assert.deepEqual(retry_on.split(','), RETRIED);
      assert.equal(num_retries, 1);
    }
    assert.ok(routes.every(({ route }) => route.cluster === 'grpc-store'));
  });

  test('each method that streams has a route for streams', () => {
    const proto = readFileSync(`${ROOT}proto/cassadra/v1/event_store.proto`, 'utf8');
    const [streams] = routes.flatMap(({ match }) => match['safe_regex'] ?? []);
    assert.ok(typeof streams === 'object' && streams !== null && 'regex' in streams);
    const route = new RegExp(`^(?:${String(streams.regex)})$`);
    const methods = [...proto.matchAll(/rpc (\w+)\((.*)\) returns \((.*)\)/g)];
    assert.ok(methods.length >= 9);
    for (const [, name = '', request = '', response = ''] of methods) {
      const isStream = `${request} ${response}`.includes('stream ');
      assert.equal(route.test(`/cassadra.v1.EventStoreService/${name}`), isStream, name);
    }
  });

  test('takes gRPC-Web, with CORS', () => {
    assert.deepEqual(
      manager?.http_filters.map(({ name }) => name),
      ['grpc_web', 'cors', 'router'].map((name) => `envoy.filters.http.${name}`),
    );
  });

  test('its clusters are services of docker-compose.yml, by HTTP/2, with a health check', () => {
    const names = resources.clusters.flatMap(({ load_assignment, ...cluster }) => {
      assert.ok(cluster.health_checks[0]?.grpc_health_check !== undefined, cluster.name);
      const [options] = Object.values(cluster.typed_extension_protocol_options);
      assert.ok('http2_protocol_options' in (options?.explicit_http_config ?? {}), cluster.name);
      return load_assignment.endpoints.flatMap(({ lb_endpoints }) =>
        lb_endpoints.map(({ endpoint }) => endpoint.address.socket_address),
      );
    });
    assert.deepEqual(
      names.map(({ address }) => address),
      ['grpc-store', 'grpc-store-2', 'grpc-sink'],
    );
    for (const { address, port_value: port } of names) {
      assert.ok(address in services, `${address} is no service`);
      assert.equal(port, 8080);
    }
  });

  test('is for the version of the image, which the tests run, too, and for the v3 API', () => {
    assert.equal(services['envoy']?.image, `envoyproxy/envoy:v${ENVOY_VERSION}`);
    const types = readFileSync(`${ROOT}${PATH}`, 'utf8').match(/"@type": \S+/g) ?? [];
    assert.ok(types.length >= 6);
    for (const type of types) assert.match(type, /\.v3\./);
  });
});
