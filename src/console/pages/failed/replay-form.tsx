import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useConsole } from '../../app/console-context.js';
import { newUuid } from '../../app/new-uuid.js';
import { addressOf, goTo } from '../../app/path.js';
import { useAct } from '../../app/use-act.js';
import { Action } from '../../parts/action.js';
import { Confirm } from '../../parts/dialog.js';
import { Field } from '../../parts/field.js';
import { countText } from '../../parts/number-text.js';
import { Problem } from '../../parts/problem.js';
import { awaitSweep } from './await-sweep.js';
import { RangeField } from './range-field.js';
import {
  filterText,
  hindranceOf,
  orderOf,
  RATE_MAX,
  type RangeEnd,
  type ReplayFields,
  type ReplayOrder,
} from './replay-order.js';

/** What was counted is what is replayed: the fields may have changed since. */
interface Counted extends ReplayOrder {
  readonly matched: number;
  /** Names the replay that may follow: confirming twice does not begin another. */
  readonly sweepId: string;
}

const OPEN: RangeEnd = { text: '', unfinished: false };
const NOTHING: ReplayFields = { application: '', from: OPEN, until: OPEN, perSecond: '50' };

/** Chooses failed timers, counts them, and replays them once that is confirmed. */
export function ReplayForm(): JSX.Element {
  const { timers } = useConsole();
  const [fields, setFields] = useState(NOTHING);
  const [counted, setCounted] = useState<Counted | undefined>(undefined);
  const { failure, act, forget } = useAct();
  const left = useMemo(() => new AbortController(), []);
  useEffect(() => () => left.abort(), [left]);
  const hindrance = hindranceOf(fields);
  const count = (): Promise<void> =>
    act(async () => {
      const order = orderOf(fields);
      const how = { dryRun: true, perSecond: RATE_MAX };
      const begun = await timers.replayFailed(`console-${newUuid()}`, order.filter, how);
      const { matched } = await awaitSweep(timers, begun, left.signal);
      setCounted({ ...order, matched, sweepId: `console-${newUuid()}` });
    });
  const replay = ({ sweepId, matched, filter, perSecond }: Counted): Promise<void> =>
    act(async () => {
      await timers.replayFailed(sweepId, filter, { dryRun: false, perSecond });
      setCounted(undefined);
      goTo(addressOf(['failed', sweepId], { of: String(matched) }));
    });
  const close = (): void => {
    setCounted(undefined);
    forget();
  };
  return (
    <form class="card form" onSubmit={(event) => event.preventDefault()}>
      <h2>Replay a range</h2>
      <Fields fields={fields} change={(some) => setFields((before) => ({ ...before, ...some }))} />
      <Action role="admin" class="main" hindrance={hindrance} onClick={count}>
        Count them…
      </Action>
      {hindrance !== undefined && <p class="quiet">{hindrance}.</p>}
      {failure !== undefined && counted === undefined && <Problem error={failure} />}
      {counted !== undefined && (
        <Confirm
          title={
            counted.matched === 0
              ? 'Nothing to replay'
              : `Replay ${countText(counted.matched, 'timer')}?`
          }
          verb={counted.matched === 0 ? 'Replay all the same' : 'Replay them'}
          onClose={close}
          onConfirm={() => void replay(counted)}
        >
          <p>Those {filterText(counted.filter)}.</p>
          <p>
            Each begins again with all its attempts, {counted.perSecond} a second. Receivers may see
            calls that they have seen before.
          </p>
          {failure !== undefined && <Problem error={failure} />}
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
      <Field
        id="of"
        label="Application"
        type="text"
        value={fields.application}
        onValue={(application) => change({ application })}
      />
      <div class="bar">
        <RangeField
          id="from"
          label="Failed from"
          end={fields.from}
          onEnd={(from) => change({ from })}
        />
        <RangeField
          id="until"
          label="until"
          end={fields.until}
          onEnd={(until) => change({ until })}
        />
      </div>
      <Field
        id="rate"
        label="Timers a second"
        type="number"
        min={1}
        max={RATE_MAX}
        value={fields.perSecond}
        onValue={(perSecond) => change({ perSecond })}
      />
    </>
  );
}
