import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { recordControl, seededCrypto } from '#test/support/control-recording.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

const FIXTURES = new URL('../../fixtures/relay-control/', import.meta.url);

test.each([1, 2])('a client of version %i gets every byte that a relay without version 3 sent it', async (version) => {
  const { relay, stop } = await startTestRelay({ crypto: seededCrypto(version), stun: 'off' });
  const recording = await recordControl(relay, version);
  await stop();
  const recorded: unknown = JSON.parse(await readFile(new URL(`version-${version}.json`, FIXTURES), 'utf8'));
  expect(recording).toEqual(recorded);
});
