import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskKey, taskSubjectOf, userApplicationOf } from './scheduler-task.js';
import { requireName } from './timed-event-limits.js';
import { TASKS } from './timed-event.js';

test('the key of a task says what it is about', () => {
  for (const task of TASKS) {
    const subject = { task, application: 'za\u017c\u00f3', id: 'a/\u0001b' };
    const key = taskKey(subject);
    assert.deepEqual(taskSubjectOf(task, key), subject);
    assert.equal(userApplicationOf(key.application), subject.application);
    for (const other of TASKS.filter((kind) => kind !== task)) {
      assert.equal(taskSubjectOf(other, key), undefined);
    }
  }
});

test('no user can name the application of a task, and no entry of a user is taken for one', () => {
  const key = taskKey({ task: 'sweep', application: 'app', id: '1' });
  assert.throws(() => requireName('application', key.application), { code: 'INVALID_ARGUMENT' });
  assert.equal(taskSubjectOf('sweep', { ...key, application: 'app' }), undefined);
  assert.equal(userApplicationOf('app'), 'app');
});
