import type { ErrorCode } from '../core/index.js';
import type { Clock, LogFields, Logger, Timers } from '../runtime/index.js';

/** Of one call, for the log. */
export interface AuditedCall {
  readonly transport: string;
  readonly method: string;
  readonly address: string;
  readonly requestId: string;
  /** Undefined while nobody knows who calls. */
  readonly caller: string | undefined;
}

/** Why a call, or a part of it, was refused: constant words, never what the caller sent. */
export interface Refusal {
  readonly reason: string;
}

/** What is told of one call. */
export interface CallAudit {
  refused(refusal: Refusal): void;
  /** An admin call has ended. `touched`: names of what it was about, never secrets. */
  admin(code: 'OK' | ErrorCode, touched: Readonly<Record<string, string>>): void;
}

/** Who was turned away, and what was done by those who may do everything. */
export interface Audit {
  of(call: AuditedCall): CallAudit;
}

/** Where nobody listens. */
export const SILENT_AUDIT: CallAudit = { refused: () => undefined, admin: () => undefined };

/** A flood of refusals must not fill the disk. */
const REFUSALS_PER_SECOND = 20;
const SECOND_MS = 1_000;

export interface AuditParts {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Goes to the log. Of refusals at most 20 lines a second, then how many were left out. */
export function createAudit(parts: AuditParts): Audit {
  const refusals = new RefusalLines(parts);
  return {
    of: (call) => ({
      refused: ({ reason }) => refusals.write({ ...fieldsOf(call), reason }),
      admin: (code, touched) =>
        parts.logger.info({ ...fieldsOf(call), code, touched: shortened(touched) }, 'admin call'),
    }),
  };
}

/** It is told of calls that failed, too: then names may be anything. */
const SHOWN_CHARACTERS = 200;

function shortened(touched: Readonly<Record<string, string>>): LogFields {
  return Object.fromEntries(
    Object.entries(touched).map(([key, value]) => [key, value.slice(0, SHOWN_CHARACTERS)]),
  );
}

function fieldsOf({ requestId, caller, ...rest }: AuditedCall): LogFields {
  return { request_id: requestId, ...(caller !== undefined && { caller }), ...rest };
}

class RefusalLines {
  readonly #parts: AuditParts;
  #secondMs = -Infinity;
  #written = 0;
  #leftOut = 0;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  write(fields: LogFields): void {
    const { clock, logger } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#secondMs >= SECOND_MS) {
      this.#secondMs = nowMs;
      this.#written = 0;
    }
    if (this.#written < REFUSALS_PER_SECOND) {
      this.#written += 1;
      logger.warn(fields, 'call refused');
    } else {
      this.#leaveOut();
    }
  }

  #leaveOut(): void {
    const { timers, logger } = this.#parts;
    this.#leftOut += 1;
    if (this.#leftOut > 1) return;
    void timers.sleep(SECOND_MS).then(() => {
      logger.warn({ count: this.#leftOut }, 'refused calls are left out of the log');
      this.#leftOut = 0;
    });
  }
}
