import type { Task, TimedEventKey } from './timed-event.js';

/**
 * Work that the scheduler has to do at a time, or until it is done, is kept as timed events of its
 * own: found, shared out and taken over like all others. Their application is that of the user
 * behind a control character, which no name of a user has: nobody meets them in a list.
 */
const MARK = '\u0001';

/** What a task is about: a schedule, a sweep, or an entry that has failed. */
export interface TaskSubject {
  readonly task: Task;
  readonly application: string;
  /** Unique for the task within the application; up to 512 bytes. */
  readonly id: string;
}

export function taskKey({ task, application, id }: TaskSubject): TimedEventKey {
  return { application: `${MARK}${application}`, eventId: `${task}${MARK}${id}` };
}

/** The application of a task is that of its user; others are what they are. */
export function userApplicationOf(application: string): string {
  return application.startsWith(MARK) ? application.slice(MARK.length) : application;
}

/** Undefined when the key is none of a task. */
export function taskSubjectOf(task: Task, key: TimedEventKey): TaskSubject | undefined {
  const prefix = `${task}${MARK}`;
  if (!key.application.startsWith(MARK) || !key.eventId.startsWith(prefix)) return undefined;
  const application = userApplicationOf(key.application);
  return { task, application, id: key.eventId.slice(prefix.length) };
}
