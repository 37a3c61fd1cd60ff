import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { CLAWREACH_RELAY } from '#test/support/e2e/commands.ts';
import { joinRelay } from '#test/support/relay-agent.ts';
import { joinOwner, startTestRelay } from '#test/support/relay-project.ts';

test('a backup of a running relay is a data folder: the relay made of it has the key, and knows the devices of then', async () => {
  const data = join(temporaryDirectory(), 'data');
  const { relay, stop } = await startTestRelay({ dataDirectory: data });
  onTestFinished(stop);
  const { device, project } = await joinOwner(relay);
  writeFileSync(join(data, 'relay.log'), 'not part of it');

  const copy = join(temporaryDirectory(), 'copy');
  const said = execFileSync(process.execPath, [CLAWREACH_RELAY, 'backup', copy, '--data', data], { encoding: 'utf8' });
  expect(said).toContain(`--data ${copy}`);
  expect(statSync(copy).mode & 0o777).toBe(0o700);
  expect(readdirSync(copy).toSorted()).toEqual(['admission-token', 'relay-key', 'relay.db']);
  for (const name of readdirSync(copy)) expect(statSync(join(copy, name)).mode & 0o777).toBe(0o600);

  const restored = await startTestRelay({ dataDirectory: copy });
  onTestFinished(restored.stop);
  expect(restored.relay.keyId).toBe(relay.keyId);
  const { welcome } = await joinRelay(restored.relay, device, { admission: undefined });
  expect(welcome.projects).toEqual([{ id: project, role: 'owner' }]);
});

test.each([
  ['a folder that is there', ({ data }: { data: string }) => data, /exists already/],
  ['a folder in one that is missing', ({ data }: { data: string }) => join(data, 'no', 'copy'), /cannot be made/],
])('a backup into %s ends with the reason and a next step, and leaves nothing', async (_what, target, reason) => {
  const data = join(temporaryDirectory(), 'data');
  const { stop } = await startTestRelay({ dataDirectory: data });
  onTestFinished(stop);
  const before = readdirSync(data);
  const { status, stderr } = spawnSync(
    process.execPath,
    [CLAWREACH_RELAY, 'backup', target({ data }), '--data', data],
    {
      encoding: 'utf8',
    },
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(reason);
  expect(stderr).toContain('Name a folder that does not exist yet');
  expect(readdirSync(data)).toEqual(before);
});

test('a folder without a relay is not copied, and nothing is made', () => {
  const empty = temporaryDirectory();
  const copy = join(temporaryDirectory(), 'copy');
  const { status, stderr } = spawnSync(process.execPath, [CLAWREACH_RELAY, 'backup', copy, '--data', empty], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('no data folder of a relay');
  expect(existsSync(copy)).toBe(false);
});
