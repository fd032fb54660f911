import type { LoadResult } from '../model/load-result.js';
import type { RunningSubject, Runs } from '../model/subject.js';
import type { Workload } from '../model/workload.js';

export function canRun(subject: RunningSubject, workload: Workload): boolean {
  return subject.runs[workload.kind] !== undefined && (subject.can?.(workload) ?? true);
}

/** Only for what the subject can run. One case a kind holds run and workload together. */
export function runWorkload(runs: Runs, workload: Workload, seconds: number): Promise<LoadResult> {
  switch (workload.kind) {
    case 'append':
      return known(runs.append)(workload, seconds);
    case 'load':
      return known(runs.load)(workload, seconds);
    case 'catch-up':
      return known(runs['catch-up'])(workload, seconds);
    case 'delivery':
      return known(runs.delivery)(workload, seconds);
    case 'timer-add':
      return known(runs['timer-add'])(workload, seconds);
    case 'timer-fire':
      return known(runs['timer-fire'])(workload, seconds);
    case 'timer-lateness':
      return known(runs['timer-lateness'])(workload, seconds);
    case 'start':
      return known(runs.start)(workload, seconds);
    case 'rest':
      return known(runs.rest)(workload, seconds);
    case 'growth':
      return known(runs.growth)(workload, seconds);
  }
}

function known<Run>(run: Run | undefined): Run {
  if (run === undefined) throw new TypeError('the subject has no run for this workload');
  return run;
}
