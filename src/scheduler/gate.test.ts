import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Gate, type Admission, type Ticket } from './gate.js';

function ticketOf(admission: Admission): Ticket {
  assert.equal(admission.kind, 'admitted');
  if (admission.kind !== 'admitted') throw new Error('blocked');
  return admission.ticket;
}

function byOf(admission: Admission): string | undefined {
  return admission.kind === 'blocked' ? admission.by : undefined;
}

/** Admits until it is blocked; returns the tickets and what blocked. */
function fill(gate: Gate, destination: string, application = 'app') {
  const tickets: Ticket[] = [];
  for (;;) {
    const admission = gate.admit(destination, application, 0, 0);
    if (admission.kind === 'blocked') return { tickets, by: admission.by };
    tickets.push(admission.ticket);
  }
}

describe('caps', () => {
  test('64 at once for a destination', () => {
    const gate = new Gate();
    const { tickets, by } = fill(gate, 'd');
    assert.equal(tickets.length, 64);
    assert.equal(by, 'destination');
  });

  test('a ticket that comes back makes room for one, once', () => {
    const gate = new Gate();
    const [first] = fill(gate, 'd').tickets;
    assert.ok(first !== undefined);
    assert.equal(gate.release(first, 'ok', 0), true);
    assert.equal(gate.release(first, 'ok', 0), false);
    assert.equal(fill(gate, 'd').tickets.length, 1);
  });

  test('256 at once for an application', () => {
    const gate = new Gate();
    for (let index = 0; index < 256; index += 1) ticketOf(gate.admit(`d${index}`, 'app', 0, 0));
    assert.equal(byOf(gate.admit('fresh', 'app', 0, 0)), 'application');
    ticketOf(gate.admit('fresh', 'other', 0, 0));
  });

  test('a total cap', () => {
    const gate = new Gate({ perDestination: 64, perApplication: 256, total: 10 });
    for (let index = 0; index < 10; index += 1)
      ticketOf(gate.admit(`d${index}`, `a${index}`, 0, 0));
    assert.equal(byOf(gate.admit('d', 'a', 0, 0)), 'total');
    assert.equal(gate.isFull, true);
  });

  test('knows what else is under way like a call that is over', () => {
    const gate = new Gate();
    const [first, second] = fill(gate, 'd').tickets;
    assert.ok(first !== undefined && second !== undefined);
    ticketOf(gate.admit('e', 'app', 0, 0));
    gate.release(first, 'ok', 0);
    assert.deepEqual(gate.othersOf(first), { atDestination: 63, inApplication: 64 });
  });

  test('greedy destinations and applications leave some to the next', () => {
    const gate = new Gate();
    for (let application = 0; application < 20; application += 1) {
      for (let index = 0; index < 20; index += 1) fill(gate, `d${index}`, `a${application}`);
    }
    assert.ok(gate.active < 1_024, `${gate.active}`);
    ticketOf(gate.admit('next', 'a3', 0, 0));
    ticketOf(gate.admit('next too', 'another', 0, 0));
  });

  test('who is blocked by destination or application has a call under way to wait for', () => {
    const gate = new Gate({ perDestination: 3, perApplication: 5, total: 8 });
    for (let index = 0; index < 400; index += 1) {
      const destination = `d${(index * 7) % 5}`;
      const application = `a${(index * 11) % 3}`;
      const before = gate.active;
      const by = byOf(gate.admit(destination, application, 0, 0));
      if (by !== undefined) assert.ok(before > 0, by);
    }
  });
});

describe('breaker', () => {
  function open(gate: Gate): void {
    for (let index = 0; index < 20; index += 1) {
      gate.release(ticketOf(gate.admit('d', 'app', 1_000, 0)), 'failed', 1_000);
    }
  }

  test('is of one destination', () => {
    const gate = new Gate();
    open(gate);
    const blocked = gate.admit('d', 'app', 1_500, 0);
    assert.deepEqual(blocked, { kind: 'blocked', by: 'open', retryAtMs: 2_000 });
    ticketOf(gate.admit('e', 'app', 1_500, 0));
  });

  test('lets a probe through, whose success closes it', () => {
    const gate = new Gate();
    open(gate);
    const probe = ticketOf(gate.admit('d', 'app', 2_000, 0));
    assert.equal(probe.probe, true);
    assert.equal(byOf(gate.admit('d', 'app', 2_001, 0)), 'open');
    gate.release(probe, 'ok', 2_100);
    assert.equal(ticketOf(gate.admit('d', 'app', 2_101, 0)).probe, false);
  });
});

describe('memory', () => {
  test('an idle destination without failures is forgotten at once', () => {
    const gate = new Gate();
    gate.release(ticketOf(gate.admit('d', 'app', 0, 0)), 'ok', 0);
    assert.equal(gate.destinations, 0);
  });

  test('destinations that fail are kept up to a bound', () => {
    const gate = new Gate();
    for (let index = 0; index < 11_000; index += 1) {
      gate.release(ticketOf(gate.admit(`d${index}`, 'app', 0, 0)), 'failed', 0);
    }
    assert.ok(gate.destinations <= 10_000, `${gate.destinations}`);
    assert.equal(gate.active, 0);
  });
});
