import type { JSX } from 'preact';
import { SUBSCRIBED_TYPES_MAX, typeText, type EventType } from '../../api/events.js';
import { addressOf, goTo } from '../../app/path.js';
import { useTypeRates } from '../../app/use-type-rates.js';
import { useTypes } from '../../app/use-types.js';
import { Empty } from '../../parts/empty.js';
import { FIRST_EVENT } from '../../parts/first-event.js';
import { countText, numberText } from '../../parts/number-text.js';
import { Problem } from '../../parts/problem.js';
import { Tail } from './tail.js';

/** All types with their rates, and the events of some of them as they come. */
export function TypesPage({ chosen }: { readonly chosen: readonly string[] }): JSX.Element {
  const types = useTypes();
  const { rates, error, limitedTo } = useTypeRates(types.value);
  const all = types.value ?? [];
  const tailed = all.filter((type) => chosen.includes(nameOf(type)));
  const toggle = (type: EventType): void => {
    const name = nameOf(type);
    const next = chosen.includes(name) ? chosen.filter((it) => it !== name) : [...chosen, name];
    const search = new URLSearchParams(next.map((it): [string, string] => ['type', it])).toString();
    goTo(`${addressOf(['types'])}${search === '' ? '' : `?${search}`}`, 'replace');
  };
  return (
    <>
      <h1>Types</h1>
      {types.error !== undefined && <Problem error={types.error} onRetry={types.reload} />}
      {error !== undefined && <Problem error={error} />}
      {types.value?.length === 0 && (
        <Empty title="No event yet" command={FIRST_EVENT}>
          <p>Types are known from their first event on. This appends one:</p>
        </Empty>
      )}
      {all.length > 0 && (
        <div class="split open">
          <section class="card" aria-labelledby="all-types">
            <h2 id="all-types">{countText(all.length, 'type')}</h2>
            {limitedTo !== undefined && <p class="quiet">Rates are of the first {limitedTo}.</p>}
            <table>
              <thead>
                <tr>
                  <th scope="col">Follow</th>
                  <th scope="col">Type</th>
                  <th scope="col" class="number aside">
                    Code
                  </th>
                  <th scope="col" class="number">
                    Events/s
                  </th>
                </tr>
              </thead>
              <tbody>
                {all.map((type) => {
                  const name = nameOf(type);
                  const isChosen = chosen.includes(name);
                  return (
                    <tr key={type.code}>
                      <td>
                        <input
                          type="checkbox"
                          aria-label={`Follow ${name}`}
                          checked={isChosen}
                          disabled={!isChosen && chosen.length >= SUBSCRIBED_TYPES_MAX}
                          onChange={() => toggle(type)}
                        />
                      </td>
                      <th scope="row" class="name">
                        {name}
                      </th>
                      <td class="number quiet aside">{type.code}</td>
                      <td class="number">{numberText(rates.get(name) ?? 0)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </section>
          <Tail key={tailed.map(({ code }) => code).join()} types={tailed} />
        </div>
      )}
    </>
  );
}

function nameOf({ name, code }: EventType): string {
  return typeText({ type: name, typeCode: code });
}
