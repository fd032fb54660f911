import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Places, type Place } from './places.js';

const LIMITS = { callsMax: 8, longCallsMax: 2, requestBytesMax: 1_000 };

function here(place: Place): Place {
  place.receive();
  place.received();
  return place;
}

function arriving(place: Place): Place {
  place.receive();
  return place;
}

test('counts short and long calls apart', () => {
  const places = new Places(LIMITS);
  const short = Array.from({ length: 8 }, () => here(places.take('short', 'a')));
  assert.throws(() => places.take('short', 'b'), { code: 'OVERLOADED' });
  const long = [places.take('long', 'b'), places.take('long', 'c')];
  assert.throws(() => places.take('long', 'd'), { code: 'OVERLOADED' });
  short[0]?.leave();
  long[0]?.leave();
  here(places.take('short', 'b'));
  here(places.take('long', 'd'));
});

test('an address has a quarter of the places for requests on their way', () => {
  const places = new Places(LIMITS);
  const first = arriving(places.take('short', 'a'));
  arriving(places.take('short', 'a'));
  assert.throws(() => places.take('short', 'a'), { code: 'OVERLOADED' });
  places.take('short', 'b').leave();
  first.received();
  places.take('short', 'a');
});

test('bytes are held until a short call ends, and of a long one until a message is here', () => {
  const places = new Places(LIMITS);
  const short = places.take('short', 'a');
  short.hold(500);
  assert.throws(() => short.hold(1), { code: 'OVERLOADED' });
  short.received();
  assert.throws(() => short.hold(1), { code: 'OVERLOADED' });
  const long = places.take('long', 'b');
  long.hold(500);
  assert.throws(() => places.take('short', 'c').hold(1), { code: 'OVERLOADED' });
  long.received();
  places.take('short', 'c').hold(500);
  short.leave();
  long.hold(500);
});

test('a call whose address has no other one is forgotten with all it held', () => {
  const places = new Places(LIMITS);
  for (let index = 0; index < 100; index += 1) {
    const place = places.take('long', 'a');
    place.hold(400);
    place.leave();
    place.received();
  }
  places.take('long', 'a').hold(500);
});
