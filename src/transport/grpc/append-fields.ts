import {
  ANY_VERSION,
  exactVersion,
  invalidField,
  NO_STREAM,
  parseTypeCode,
  STREAM_EXISTS,
  type ExpectedVersion,
  type TypeCode,
} from '../../core/index.js';
import { ExpectedState } from '../../gen/cassadra/v1/expected_state.js';
import { decodeEnum } from './decode-enum.js';

/** What every message that appends says alike. `prefix` stands before the names of its fields. */

const STATES: ReadonlyMap<number, ExpectedVersion> = new Map([
  [ExpectedState.EXPECTED_STATE_UNSPECIFIED, ANY_VERSION],
  [ExpectedState.EXPECTED_STATE_ANY, ANY_VERSION],
  [ExpectedState.EXPECTED_STATE_NO_STREAM, NO_STREAM],
  [ExpectedState.EXPECTED_STATE_STREAM_EXISTS, STREAM_EXISTS],
]);

interface WireExpected {
  readonly expectedVersion?: number | undefined;
  readonly expectedState: ExpectedState;
}

/** Throws INVALID_ARGUMENT for both at once. A version is checked where limits are. */
export function decodeExpected(prefix: string, wire: WireExpected): ExpectedVersion {
  const { expectedVersion, expectedState } = wire;
  const state = decodeEnum(`${prefix}expected_state`, expectedState, STATES, ExpectedState);
  if (expectedVersion === undefined) return state;
  if (expectedState === ExpectedState.EXPECTED_STATE_UNSPECIFIED) {
    return exactVersion(expectedVersion);
  }
  throw invalidField(`${prefix}expected_state`, 'must not stand together with expected_version');
}

/** The same back; 0 comes as *no stream*. */
export function encodeExpected(expected: ExpectedVersion): WireExpected {
  switch (expected.kind) {
    case 'exact':
      return {
        expectedVersion: expected.version,
        expectedState: ExpectedState.EXPECTED_STATE_UNSPECIFIED,
      };
    case 'no-stream':
      return { expectedState: ExpectedState.EXPECTED_STATE_NO_STREAM };
    case 'stream-exists':
      return { expectedState: ExpectedState.EXPECTED_STATE_STREAM_EXISTS };
    case 'any':
      return { expectedState: ExpectedState.EXPECTED_STATE_ANY };
  }
}

type WireTypeRef =
  | { readonly $case: 'type'; readonly value: string }
  | { readonly $case: 'typeCode'; readonly value: number };

/** A name as it is, or a code. Throws INVALID_ARGUMENT when there is neither. */
export function decodeTypeRef(prefix: string, wire: WireTypeRef | undefined): TypeCode | string {
  if (wire === undefined)
    throw invalidField(`${prefix}type_ref`, 'is required: one of type, type_code');
  if (wire.$case === 'type') return wire.value;
  const code = parseTypeCode(wire.value);
  if (code === undefined) throw invalidField(`${prefix}type_code`, 'must be an int32');
  return code;
}

export function encodeTypeRef(type: TypeCode | string): WireTypeRef {
  return typeof type === 'string'
    ? { $case: 'type', value: type }
    : { $case: 'typeCode', value: type };
}
