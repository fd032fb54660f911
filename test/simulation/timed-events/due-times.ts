import { trueMs, type World } from './world.js';

const SLOT_MS = 10_000;
const BUCKET_MS = 600_000;
/** Distances to now at which something changes: reading ahead ends, the lane ends. */
const EDGES_MS = [0, 8_000, 8_500, 10_000];

/** When an entry is to be due: often where something changes. */
export function drawDue(world: World): number {
  const { draws, profile } = world;
  const nowMs = trueMs(world);
  const nearMs = draws.whole(-3, 3);
  switch (draws.whole(1, 8)) {
    case 1:
      return nowMs - draws.whole(1, 20_000);
    case 2:
      return nowMs + draws.whole(0, 50);
    case 3:
      return nowMs + draws.pick(EDGES_MS) + nearMs;
    case 4:
      return Math.ceil(nowMs / SLOT_MS) * SLOT_MS + nearMs;
    case 5: {
      const boundaryMs = Math.round(nowMs / BUCKET_MS) * BUCKET_MS + nearMs;
      return Math.abs(boundaryMs - nowMs) < 15_000 ? boundaryMs : nowMs + 500 + nearMs;
    }
    default:
      return nowMs + draws.whole(0, profile.dueAheadMs);
  }
}
