import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { FakeTime } from '../runtime/index.js';
import { ConnectionLimit } from './connection-limit.js';

function socketFrom(address: string): Socket {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  return socket;
}

function admitted(limit: ConnectionLimit, address: string, tries: number): number {
  let count = 0;
  for (let index = 0; index < tries; index += 1) {
    const socket = socketFrom(address);
    if (limit.admit(socket)) count += 1;
    socket.emit('close');
  }
  return count;
}

test('an address opens so many connections a second, however short they are', () => {
  const time = new FakeTime();
  const limit = new ConnectionLimit(20, time, 10);
  assert.equal(admitted(limit, '10.0.0.1', 100), 20);
  assert.equal(admitted(limit, '10.0.0.2', 5), 5);
  time.advance(1_000);
  assert.equal(admitted(limit, '10.0.0.1', 100), 10);
  assert.equal(admitted(new ConnectionLimit(20, time), '10.0.0.1', 1_000), 1_000);
});

test('an address that gives up too many calls gets no connection for a while', () => {
  const time = new FakeTime();
  const limit = new ConnectionLimit(20, time);
  let kept = 0;
  while (limit.mayAbandon('10.0.0.1')) kept += 1;
  assert.equal(kept, 1_000);
  assert.equal(limit.admit(socketFrom('10.0.0.1')), false);
  assert.equal(limit.admit(socketFrom('::ffff:10.0.0.1')), false);
  assert.equal(limit.admit(socketFrom('10.0.0.2')), true);
  time.advance(5_000);
  assert.equal(limit.admit(socketFrom('10.0.0.1')), true);
});
