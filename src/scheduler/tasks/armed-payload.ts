import { z } from 'zod';

/** A task is armed before what it works on is written: it waits so long for it. */
export const WRITTEN_WITHIN_MS = 60_000;

const form = z.object({ armedMs: z.number() });

/** What a task carries whose work is about to be written. */
export function armedPayload(armedMs: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ armedMs }));
}

/** Whether the work of a task that found none may yet be written. */
export function isAwaited(payload: Uint8Array, nowMs: number): boolean {
  if (payload.length === 0) return false;
  const { armedMs } = form.parse(JSON.parse(new TextDecoder().decode(payload)));
  return nowMs < armedMs + WRITTEN_WITHIN_MS;
}
