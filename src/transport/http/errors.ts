import type { FastifyReply } from 'fastify';
import { AppError, ERROR_CATALOGUE, type ErrorCode } from '../../core/index.js';
import type { Logger } from '../../runtime/index.js';
import { sendJson } from './send.js';

/** An error as the wire has it: `{"error": …, "code": …}` and the facts. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: ErrorCode;
  readonly body: Readonly<Record<string, string>> & { readonly error: string };
}

export const URL_TOO_LONG = answerOf(
  new AppError('LIMIT_EXCEEDED', 'the URL is over the limit (HTTP_URL_BYTES_MAX)', {
    field: 'path',
  }),
  414,
);

/** What fastify finds before a handler runs, by its codes; all else of it is a fault of ours. */
const FRAMEWORK_ERRORS: Readonly<Record<string, ErrorAnswer>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: answerOf(
    new AppError('LIMIT_EXCEEDED', 'the body is over the limit (HTTP_BODY_BYTES_MAX)', {
      field: 'body',
    }),
    413,
  ),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: answerOf(
    new AppError('INVALID_ARGUMENT', 'the body is not as long as its Content-Length says', {
      field: 'body',
    }),
  ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: answerOf(
    new AppError('INVALID_ARGUMENT', 'Content-Type is not a media type', {
      field: 'Content-Type',
    }),
    415,
  ),
  FST_ERR_MAX_PARAM_LENGTH: URL_TOO_LONG,
  FST_ERR_BAD_URL: answerOf(
    new AppError('INVALID_ARGUMENT', 'the path is not percent-encoded UTF-8', { field: 'path' }),
  ),
  // in the middle of its body
  ECONNRESET: answerOf(new AppError('CANCELLED', 'the caller went away')),
};

/** The error in the words of the catalogue, with another status where HTTP has a better one. */
export function answerOf(error: AppError, status?: number): ErrorAnswer {
  const { code, message, details } = error;
  // an error's own `code` wins over a fact of that name (that of a type)
  const body = Object.assign({ error: message }, { code }, details, { error: message, code });
  return { status: status ?? ERROR_CATALOGUE[code].http, code, body };
}

/** The one map from errors to HTTP. What is not known is a fault: logged, never told. */
export function errorAnswer(error: unknown, logger: Logger): ErrorAnswer {
  if (error instanceof AppError) {
    const answer = answerOf(error);
    if (answer.status === 500) logger.error({ err: error }, 'a call met a fault of the server');
    return answer;
  }
  const framework = FRAMEWORK_ERRORS[codeOf(error)];
  if (framework !== undefined) return framework;
  logger.error({ err: error }, 'a call failed unexpectedly');
  return answerOf(new AppError('INTERNAL', 'internal error'));
}

/** What the caller is told of an error. */
export function codeOfError(error: unknown): ErrorCode {
  if (error instanceof AppError) return error.code;
  return FRAMEWORK_ERRORS[codeOf(error)]?.code ?? 'INTERNAL';
}

/** Answers with the error as JSON. */
export function sendError(reply: FastifyReply, error: unknown, logger: Logger): FastifyReply {
  const { status, body } = errorAnswer(error, logger);
  return sendJson(reply, status, body);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
