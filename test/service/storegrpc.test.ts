import { LOCAL_BACKENDS } from '../wire/store-under-test.js';
import { exerciseStoregrpc } from './storegrpc-kit.js';

for (const [name, open] of Object.entries(LOCAL_BACKENDS)) {
  // the memory backend is the slow model: a short form is enough for it
  const feedEvents = name === 'memory' ? 1_000 : 20_000;
  const openOne = async () => {
    const opened = await open();
    return { backends: [opened.backend], remove: () => opened.remove() };
  };
  exerciseStoregrpc({ name, open: openOne, feedEvents, raceWins: 1 });
}
