import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metadata, status } from '@grpc/grpc-js';
import { statusToError } from './grpc-errors.js';

const failure = (code: status, details: string, writes: boolean) =>
  statusToError({ code, details, metadata: new Metadata() }, writes).name;

test('a connection without room passes, and leaves in doubt what was written', () => {
  // a session whose memory is used up by streams that nobody reads resets new ones
  const noRoom = 'Bandwidth exhausted or memory limit exceeded';
  assert.equal(failure(status.RESOURCE_EXHAUSTED, noRoom, false), 'StoreUnavailableError');
  assert.equal(failure(status.RESOURCE_EXHAUSTED, noRoom, true), 'OutcomeUnknownError');
});

test('a message that is too large stays so', () => {
  const tooLarge = 'Received message larger than max (9000000 vs 8388608)';
  assert.equal(failure(status.RESOURCE_EXHAUSTED, tooLarge, false), 'StoreError');
  const toSend = 'Attempted to send message with a size larger than 4';
  assert.equal(failure(status.RESOURCE_EXHAUSTED, toSend, true), 'StoreError');
});
