import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Appended, EncodedAppend } from '../append.js';
import { OutcomeUnknownError, type StoreError } from '../errors.js';
import { unknownBecause } from '../tries.js';

/** An append on its way through a pipeline. */
export interface PipelinedAppend {
  /** In the order of the calls; stands in the answer. */
  readonly number: number;
  readonly stream: string;
  readonly append: EncodedAppend;
  /** It is looked for by its ids among the last versions only, and must not fall behind them. */
  readonly inWindow: boolean;
  /** When it is given up, by the monotonic clock. */
  readonly expiresMs: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
  /** An earlier try may have been written. */
  unanswered: boolean;
  /** It is not sent before, by the monotonic clock. */
  notBeforeMs: number;
}

/** What it is rejected with. `sent`: the try under way may have been written. */
export function failureOf({ unanswered }: PipelinedAppend, error: unknown, sent: boolean): unknown {
  if (error instanceof OutcomeUnknownError || (!unanswered && !sent)) return error;
  return unknownBecause(error instanceof Error ? error.message : 'the call was ended', error);
}

/** What a definite answer says of it. `proves`: also that no earlier try was written. */
export function refusalOf(
  { unanswered }: PipelinedAppend,
  error: StoreError,
  proves: boolean,
): StoreError {
  return unanswered && !proves ? unknownBecause(error.message, error) : error;
}

const APPENDS = 1;
const NUMBER = 1;
const APPEND = 2;
const LENGTH_DELIMITED = 2;

const tagOf = (field: number, wireType: number): number => (field << 3) | wireType;

/** An AppendManyRequest of appends that are encoded already, so that a second try costs little. */
export function encodeMessage(appends: readonly PipelinedAppend[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { number, append } of appends) {
    writer.uint32(tagOf(APPENDS, LENGTH_DELIMITED)).fork();
    writer.uint32(tagOf(NUMBER, 0)).int64(number);
    writer.uint32(tagOf(APPEND, LENGTH_DELIMITED)).bytes(append.bytes);
    writer.join();
  }
  return writer.finish();
}
