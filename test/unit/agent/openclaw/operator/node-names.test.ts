import { expect, it } from 'vitest';
import { NodeNames } from '#agent/openclaw/operator/node-names.ts';

const learnt = (...answers: readonly unknown[]): NodeNames => {
  const names = new NodeNames();
  for (const answer of answers) names.learn(answer);
  return names;
};

it('is the label of the operator where there is one that can be read, otherwise what the device calls itself', () => {
  const names = learnt({
    paired: [
      { deviceId: 'd1', displayName: 'desk', operatorLabel: 'Kitchen' },
      { deviceId: 'd2', displayName: 'desk', operatorLabel: '\u200B' },
      { deviceId: 'd3', displayName: null },
      { displayName: 'nobody' },
      7,
    ],
  });
  expect(['d1', 'd2', 'd3', 'd4'].map((id) => names.of(id))).toEqual(['Kitchen', 'desk', undefined, undefined]);
});

it('forgets who is not in the newest list, and keeps all where the answer is no list', () => {
  const names = learnt({ paired: [{ deviceId: 'd1', displayName: 'desk' }] }, { paired: 'none' }, null);
  expect(names.of('d1')).toBe('desk');
  names.learn({ paired: [] });
  expect(names.of('d1')).toBeUndefined();
});

it('keeps so many names of a gateway, and no more', () => {
  const paired = Array.from({ length: 5000 }, (_, index) => ({ deviceId: `d${index}`, displayName: 'desk' }));
  const names = learnt({ paired });
  expect([names.of('d4095'), names.of('d4096')]).toEqual(['desk', undefined]);
});
