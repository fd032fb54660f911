// One holder at a time, among processes of one checkout. A holder that died
// leaves its file behind: the next one sees that and takes over.
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';

const POLL_MS = 50;
const WAIT_MAX_MS = 15 * 60_000;
/** Long enough to write a line; a file that is still empty then has lost its writer. */
const EMPTY_MAX_MS = 5_000;

/** Runs `action` while holding the lock file at `path`; waits for another holder. */
export function withLock(path, say, action) {
  const deadline = Date.now() + WAIT_MAX_MS;
  for (let told = false; !tryTake(path); told = true) {
    if (takeOver(path)) continue;
    if (!told) say('waiting for another process that prepares this checkout');
    if (Date.now() > deadline) throw new Error(`still locked after 15 minutes: ${path}`);
    pause(POLL_MS);
  }
  try {
    action();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryTake(path) {
  let file;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    // Windows says EPERM for a file that is being deleted.
    if (error.code === 'EEXIST' || error.code === 'EPERM') return false;
    throw error;
  }
  writeSync(file, `${process.pid} ${hostname()}`);
  closeSync(file);
  return true;
}

/** Removes the lock of a dead holder. Only one process may do so at a time. */
function takeOver(path) {
  const guard = `${path}-take-over`;
  if (!isDead(path)) return false;
  if (!tryTake(guard)) {
    if (isDead(guard)) rmSync(guard, { force: true });
    return false;
  }
  try {
    // Looked at again under the guard: the lock may be a new, living one by now.
    if (!isDead(path)) return false;
    rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

function isDead(path) {
  let holder;
  let ageMs;
  try {
    holder = readFileSync(path, 'utf8');
    ageMs = Date.now() - statSync(path).mtimeMs;
  } catch {
    return false;
  }
  if (ageMs > WAIT_MAX_MS) return true;
  if (holder === '') return ageMs > EMPTY_MAX_MS;
  const [pid, ...host] = holder.split(' ');
  // A process of another machine (a shared folder) cannot be asked.
  if (host.join(' ') !== hostname()) return false;
  return !isAlive(Number(pid));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
