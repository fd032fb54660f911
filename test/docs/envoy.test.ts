import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ROOT } from './readme-runner.js';
import { readYaml } from './yaml-file.js';

interface Address {
  readonly socket_address: { readonly address: string; readonly port_value: number };
}

interface Route {
  readonly match: { readonly prefix: string };
  readonly route: {
    readonly cluster: string;
    readonly timeout: string;
    readonly retry_policy?: unknown;
    readonly request_mirror_policies?: readonly unknown[];
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

const PATH = 'envoy/envoy.yaml';
const MIRROR = {
  cluster: 'grpc-sink',
  runtime_fraction: { default_value: { numerator: 100, denominator: 'HUNDRED' } },
};

const { admin, static_resources: resources } = readYaml(PATH) as Envoy;
const [listener] = resources.listeners;
const manager = listener?.filter_chains[0]?.filters[0]?.typed_config;
const routes = manager?.route_config.virtual_hosts[0]?.routes ?? [];

describe('envoy/envoy.yaml', () => {
  test('listens on 8080 and has its admin pages on 9901', () => {
    assert.equal(listener?.address.socket_address.port_value, 8080);
    assert.equal(admin.address.socket_address.port_value, 9901);
  });

  test('sends the store’s calls to the store and a copy of each to the sink, never again', () => {
    const [calls, others] = routes;
    assert.equal(calls?.match.prefix, '/storegrpc.EventStoreService/');
    assert.deepEqual(calls?.route.request_mirror_policies, [MIRROR]);
    assert.equal(others?.match.prefix, '/');
    for (const { route } of routes) {
      assert.equal(route.cluster, 'grpc-store');
      assert.equal(route.timeout, '0s', 'the caller’s deadline counts');
      assert.equal(route.retry_policy, undefined);
    }
  });

  test('takes gRPC-Web, with CORS', () => {
    assert.deepEqual(
      manager?.http_filters.map(({ name }) => name),
      ['grpc_web', 'cors', 'router'].map((name) => `envoy.filters.http.${name}`),
    );
  });

  test('its clusters are services of docker-compose.yml, by HTTP/2, with a health check', () => {
    const { services } = readYaml('docker-compose.yml') as { services: object };
    for (const { name, load_assignment, ...cluster } of resources.clusters) {
      const address = load_assignment.endpoints[0]?.lb_endpoints[0]?.endpoint.address;
      assert.deepEqual(address?.socket_address, { address: name, port_value: 8080 });
      assert.ok(name in services, `${name} is no service`);
      assert.ok(cluster.health_checks[0]?.grpc_health_check !== undefined, name);
      const [options] = Object.values(cluster.typed_extension_protocol_options);
      assert.ok('http2_protocol_options' in (options?.explicit_http_config ?? {}), name);
    }
    assert.deepEqual(
      resources.clusters.map(({ name }) => name),
      ['grpc-store', 'grpc-sink'],
    );
  });

  test('uses the v3 API only', () => {
    const types = readFileSync(`${ROOT}${PATH}`, 'utf8').match(/"@type": \S+/g) ?? [];
    assert.ok(types.length >= 6);
    for (const type of types) assert.match(type, /\.v3\./);
  });
});
