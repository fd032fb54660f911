import {
  fromJsonString,
  mergeFromJson,
  type DescMessage,
  type JsonObject,
  type Message,
} from '@bufbuild/protobuf';
import { isFieldError } from '@bufbuild/protobuf/reflect';
import { AppError, invalidField } from '../../../core/index.js';

/** The problem may quote a value of any length. */
const PROBLEM_CHARACTERS_MAX = 200;

/** A message from JSON text. Throws INVALID_ARGUMENT that names the field. */
export function messageFromText(desc: DescMessage, text: string): Message {
  return named(() => fromJsonString(desc, text));
}

/** Sets the fields of `json` in the message. Throws INVALID_ARGUMENT that names the field. */
export function mergeJson(desc: DescMessage, message: Message, json: JsonObject): void {
  named(() => mergeFromJson(desc, message, json));
}

function named<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw toAppError(error);
  }
}

function toAppError(error: unknown): AppError {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const source = isFieldError(error) ? error : cause;
  if (isFieldError(source)) {
    return invalidField(source.field().name, `cannot be read: ${shorten(source.message)}`);
  }
  const [, unknown] = /key "(.*)" is unknown$/s.exec(message) ?? [];
  if (unknown !== undefined) return invalidField(shorten(unknown), 'is not a field');
  return new AppError('INVALID_ARGUMENT', shorten(message), {}, error);
}

function shorten(text: string): string {
  const short = text.length <= PROBLEM_CHARACTERS_MAX;
  return short ? text : `${text.slice(0, PROBLEM_CHARACTERS_MAX)}…`;
}
