import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from './app-error.js';
import { ERROR_CATALOGUE, type ErrorEntry, type GrpcStatus } from './error-catalogue.js';

/** The usual HTTP statuses of each gRPC status; the first is google.rpc's own. */
const HTTP_OF: Readonly<Record<GrpcStatus, readonly number[]>> = {
  CANCELLED: [499],
  UNKNOWN: [500, 504],
  INVALID_ARGUMENT: [400],
  DEADLINE_EXCEEDED: [504],
  NOT_FOUND: [404],
  ALREADY_EXISTS: [409],
  UNAUTHENTICATED: [401],
  PERMISSION_DENIED: [403],
  RESOURCE_EXHAUSTED: [429, 413, 503],
  FAILED_PRECONDITION: [400, 409, 500],
  ABORTED: [409],
  INTERNAL: [500],
  UNAVAILABLE: [503],
  DATA_LOSS: [500],
  UNIMPLEMENTED: [501],
};

const ENTRIES: readonly (readonly [string, ErrorEntry])[] = Object.entries(ERROR_CATALOGUE);

describe('error catalogue', () => {
  for (const [code, entry] of ENTRIES) {
    test(`${code} is consistent`, () => {
      assert.match(code, /^[A-Z]+(_[A-Z]+)*$/);
      assert.ok(HTTP_OF[entry.grpc].includes(entry.http), `${entry.grpc} as HTTP ${entry.http}`);
      assert.match(entry.advice, /^[A-Z].*\.$/);
      const never = ['INVALID_ARGUMENT', 'ALREADY_EXISTS', 'FAILED_PRECONDITION', 'DATA_LOSS'];
      if (never.includes(entry.grpc)) assert.equal(entry.retryable, false);
      if (entry.grpc === 'UNAVAILABLE') assert.equal(entry.retryable, true);
    });
  }

  test('a conflict is no blind retry, an unknown outcome is', () => {
    assert.equal(ERROR_CATALOGUE.VERSION_CONFLICT.retryable, false);
    assert.equal(ERROR_CATALOGUE.OUTCOME_UNKNOWN.retryable, true);
    assert.equal(ERROR_CATALOGUE.OUTCOME_UNKNOWN.grpc, 'UNKNOWN');
  });

  test('an error keeps its code, details and cause', () => {
    const cause = new Error('socket');
    const error = new AppError('UNAVAILABLE', 'storage is away', { backend: 'x' }, cause);
    assert.equal(error.code, 'UNAVAILABLE');
    assert.deepEqual(error.details, { backend: 'x' });
    assert.equal(error.cause, cause);
  });
});
