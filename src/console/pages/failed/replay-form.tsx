import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FailedFilter } from '../../api/timers.js';
import { useConsole } from '../../app/console-context.js';
import { newUuid } from '../../app/new-uuid.js';
import { addressOf, goTo } from '../../app/path.js';
import { useAct } from '../../app/use-act.js';
import { Action } from '../../parts/action.js';
import { Confirm } from '../../parts/dialog.js';
import { Problem } from '../../parts/problem.js';
import { awaitSweep } from './await-sweep.js';

interface ReplayFields {
  readonly application: string;
  /** In local time, as the fields have it. */
  readonly from: string;
  readonly until: string;
  readonly perSecond: string;
}

interface Counted {
  readonly matched: number;
  /** Names the replay that may follow: confirming twice does not begin another. */
  readonly sweepId: string;
}

const NOTHING: ReplayFields = { application: '', from: '', until: '', perSecond: '50' };
const RATE_MAX = 10_000;

/** Chooses failed timers, counts them, and replays them once that is confirmed. */
export function ReplayForm(): JSX.Element {
  const { timers } = useConsole();
  const [fields, setFields] = useState(NOTHING);
  const [counted, setCounted] = useState<Counted | undefined>(undefined);
  const { failure, act } = useAct();
  const filter = filterOf(fields);
  const count = (): Promise<void> =>
    act(async () => {
      const how = { dryRun: true, perSecond: RATE_MAX };
      const begun = await timers.replayFailed(`console-${newUuid()}`, filter, how);
      const { matched } = await awaitSweep(timers, begun);
      setCounted({ matched, sweepId: `console-${newUuid()}` });
    });
  const replay = ({ sweepId, matched }: Counted): Promise<void> =>
    act(async () => {
      const how = { dryRun: false, perSecond: Number(fields.perSecond) };
      await timers.replayFailed(sweepId, filter, how);
      setCounted(undefined);
      goTo(addressOf(['failed', sweepId], { of: String(matched) }));
    });
  return (
    <form class="card form" onSubmit={(event) => event.preventDefault()}>
      <h2>Replay a range</h2>
      <Fields fields={fields} change={(some) => setFields({ ...fields, ...some })} />
      <Action role="admin" class="main" hindrance={hindranceOf(fields)} onClick={count}>
        Count them…
      </Action>
      {failure !== undefined && <Problem error={failure} />}
      {counted !== undefined && (
        <Confirm
          title={
            counted.matched === 0
              ? 'Nothing to replay'
              : `Replay ${counted.matched.toLocaleString()} timers?`
          }
          verb={counted.matched === 0 ? 'Replay all the same' : 'Replay them'}
          onClose={() => setCounted(undefined)}
          onConfirm={() => void replay(counted)}
        >
          <p>
            Each begins again with all its attempts, {fields.perSecond} a second
            {fields.application !== '' && `, of ${fields.application} only`}. Receivers may see
            calls that they have seen before.
          </p>
        </Confirm>
      )}
    </form>
  );
}

interface FieldsProps {
  readonly fields: ReplayFields;
  readonly change: (fields: Partial<ReplayFields>) => void;
}

function Fields({ fields, change }: FieldsProps): JSX.Element {
  return (
    <>
      <label for="of">Application</label>
      <input
        id="of"
        type="text"
        value={fields.application}
        spellcheck={false}
        onInput={(event) => change({ application: event.currentTarget.value })}
      />
      <div class="bar">
        <label for="from">Failed from</label>
        <input
          id="from"
          type="datetime-local"
          step={1}
          value={fields.from}
          onInput={(event) => change({ from: event.currentTarget.value })}
        />
        <label for="until">until</label>
        <input
          id="until"
          type="datetime-local"
          step={1}
          value={fields.until}
          onInput={(event) => change({ until: event.currentTarget.value })}
        />
      </div>
      <label for="rate">Timers a second</label>
      <input
        id="rate"
        type="number"
        min={1}
        max={RATE_MAX}
        value={fields.perSecond}
        onInput={(event) => change({ perSecond: event.currentTarget.value })}
      />
    </>
  );
}

function filterOf({ application, from, until }: ReplayFields): FailedFilter {
  return {
    application: application === '' ? undefined : application,
    failedFromMs: timeIn(from),
    failedUntilMs: timeIn(until),
  };
}

/** Why it cannot be sent as it is. */
function hindranceOf(fields: ReplayFields): string | undefined {
  const chosen = Object.values(filterOf(fields)).some((value) => value !== undefined);
  if (!chosen) return 'Choose an application or a range';
  const rate = Number(fields.perSecond);
  return Number.isInteger(rate) && rate >= 1 && rate <= RATE_MAX
    ? undefined
    : 'A rate is 1 to 10,000';
}

/** Of a field in local time; undefined when nothing is chosen. */
function timeIn(text: string): number | undefined {
  const ms = new Date(text).getTime();
  return Number.isFinite(ms) ? ms : undefined;
}
