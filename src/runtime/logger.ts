import { pino } from 'pino';

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

/** JSON lines on standard error: standard output belongs to what a program prints for its user. */
export function createLogger(program: string, level: LogLevel): Logger {
  return pino({ name: program, level }, pino.destination({ dest: 2, sync: true }));
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
