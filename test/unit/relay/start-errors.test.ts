import { expect, it } from 'vitest';
import { startErrorText, withHelpOption } from '../../../src-relay/command/index.ts';
import { ClawReachError } from '#shared/errors.ts';

it.each([
  [['help'], ['--help']],
  [
    ['help', 'account'],
    ['account', '--help'],
  ],
  [['version'], ['--version']],
  [
    ['--listen', '1'],
    ['--listen', '1'],
  ],
])('a relay understands `%s` as `clawreach` does', (words, meant) => {
  expect(withHelpOption(words)).toEqual(meant);
});

it('a port in use is said in words, with the code of the error', () => {
  const error = new ClawReachError('relay.listen', 'cannot listen on port 7474: EADDRINUSE', {
    details: { reason: 'EADDRINUSE' },
  });
  expect(startErrorText(error)).toMatch(
    /^clawreach-relay: cannot listen on port 7474: it is in use \(EADDRINUSE\) {2}\[relay\.listen\]\n/,
  );
});
