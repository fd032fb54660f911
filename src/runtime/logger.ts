import { pino } from 'pino';
import { errorFields, withoutSecrets } from './log-fields.js';

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log. Messages are constant texts; what varies goes into fields, never payloads. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Lines are written together, but soon; what must not be lost, at once. */
const WRITTEN_TOGETHER_BYTES = 4_096;
const WRITTEN_AFTER_MS = 100;
/** Where nobody takes the lines, those beyond are dropped: memory is not for them. */
const WAITING_BYTES_MAX = 16_777_216;

/**
 * JSON lines on standard error: standard output belongs to what a program prints for its user. What
 * waits is written when the program ends, also by an exception that nobody caught.
 */
export function createLogger(program: string, level: LogLevel): Logger {
  const destination = pino.destination({
    dest: 2,
    sync: false,
    minLength: WRITTEN_TOGETHER_BYTES,
    periodicFlush: WRITTEN_AFTER_MS,
    maxLength: WAITING_BYTES_MAX,
  });
  const formatters = { log: (fields: object) => withoutSecrets({ ...fields }) };
  const serializers = { err: (error: unknown) => errorFields(error) };
  const logger = pino({ name: program, level, formatters, serializers }, destination);
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => {
      logger.warn(fields, message);
      destination.flush();
    },
    error: (fields, message) => {
      logger.error(fields, message);
      destination.flush();
    },
  };
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
