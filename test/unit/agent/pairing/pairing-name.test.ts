import { expect, test } from 'vitest';
import { pairingName } from '../../../../src-main/agent/pairing/pairing-name.ts';

test.each([
  ['Bea Turing', 'Bea Turing · Chrome on Linux'],
  [undefined, 'Chrome on Linux'],
  ['', 'Chrome on Linux'],
  ['\u202e\u0007', 'Chrome on Linux'],
  ['Be\u202ea\nTuring', 'Bea Turing · Chrome on Linux'],
  ['B'.repeat(200), `${'B'.repeat(46)} · Chrome on Linux`],
])('a browser of %j introduces itself as %j', (person, name) => {
  expect(pairingName(person, 'Chrome on Linux')).toBe(name);
  expect(name.length).toBeLessThanOrEqual(64);
});

test('the name of the browser stays whole, and its person is named once', () => {
  expect(pairingName('Bea Turing', 'x'.repeat(64))).toBe('x'.repeat(64));
  expect(pairingName('Bea Turing', 'Bea Turing · Firefox')).toBe('Bea Turing · Firefox');
});
