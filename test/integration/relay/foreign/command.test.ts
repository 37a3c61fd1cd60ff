import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, newInstance, newProject, post, sign } from '#test/support/foreign/foreign-world.ts';
import { TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

const MAIN = fileURLToPath(new URL('../../../../src-relay/main.ts', import.meta.url));

let platform: TestPlatform;
let owner: Person;
let project: string;
beforeAll(async () => {
  platform = await TestPlatform.start();
  ({ owner, project } = await newProject(platform, 'Office'));
});
afterAll(() => platform.stop());

/** Runs `clawreach-relay instance …` on the data folder of the running relay. */
function run(
  words: readonly string[],
  data = platform.directory,
): Promise<{ code: number; out: string; error: string }> {
  return new Promise((resolve) => {
    const args = ['--no-warnings', MAIN, 'instance', ...words, '--data', data];
    execFile(process.execPath, args, { env: { PATH: process.env['PATH'] } }, (failure, out, error) => {
      resolve({ code: failure === null ? 0 : Number(failure.code), out, error });
    });
  });
}

describe('clawreach-relay instance', () => {
  it('adds, lists, renews and removes instances of a running relay', async () => {
    expect(await run(['list'])).toMatchObject({ code: 0, out: 'There are no instances.\n' });
    const added = await run(['add', 'office-bot', '--project', 'Office', '--name', 'Office bot']);
    expect(added.out).toContain('Added office-bot to Office.');
    const key = /^ {2}([\w-]{43})$/m.exec(added.out)?.[1] ?? '';
    const client = await connect(
      platform.origin,
      { id: 'office-bot', key, project },
      { timestamp: Math.ceil(Date.now() / 1000) + 1 },
    );
    expect((await run(['list'])).out).toMatch(/^office-bot {2}Office bot {2}Office {2}heard \d{4}-.* UTC\n$/);

    const renewed = await run(['renew', 'office-bot']);
    const fresh = /^ {2}([\w-]{43})$/m.exec(renewed.out)?.[1] ?? '';
    expect(fresh).not.toBe(key);
    expect((await client.closed).code).toBe(4001);
    const body = sign({ key }, 'POST /api/v1/register', { instance_id: 'office-bot' });
    expect(await post(platform.origin, '/api/v1/register', body)).toMatchObject({ status: 401 });
    const again = await connect(platform.origin, { id: 'office-bot', key: fresh, project });

    expect((await run(['remove', 'office-bot'])).out).toContain('Removed office-bot.');
    expect((await again.closed).code).toBe(4001);
    const events = platform.rows("select event from account_audit where event like 'instance.%'");
    expect(events.map(({ event }) => event)).toEqual(['instance.added', 'instance.key-created', 'instance.removed']);
  }, 60_000);

  it('calls a project without a name as the page does, and lists projects with their IDs', async () => {
    const { project: unnamed } = await newProject(platform, 'Ada');
    platform.run("update projects set name = '' where id = ?", unnamed.replaceAll('-', ''));
    const shown = 'Project of Ada';
    const line = `${unnamed}  ${shown}\n`;
    expect((await run(['projects'])).out).toContain(line);
    expect((await run(['add', 'lost-bot', '--project', 'Attic'])).error).toContain(`${shown} (${unnamed})`);
    expect((await run(['add', 'named-bot', '--project', unnamed])).out).toContain(`Added named-bot to ${shown}.`);
    expect((await run(['list'])).out).toMatch(new RegExp(`^named-bot +named-bot +${shown} `, 'm'));
  }, 60_000);

  it('says what is wrong, and what to do', async () => {
    await newInstance(owner, project, 'taken');
    for (const [words, code] of [
      [['add', 'Taken', '--project', 'Office'], 'relay.instance-id'],
      [['add', 'taken', '--project', 'Office'], 'relay.instance-exists'],
      [['add', 'other', '--project', 'Attic'], 'relay.project'],
      [['renew', 'nobody'], 'relay.instance'],
      [['remove', 'nobody'], 'relay.instance'],
    ] as const) {
      const { code: exit, error } = await run(words);
      expect([exit, error]).toEqual([1, expect.stringContaining(`[${code}]`)]);
      expect(error).not.toContain('debug');
    }
    expect((await run(['add', 'x'])).code).toBe(2);
    const empty = await mkdtemp(join(tmpdir(), 'clawreach-empty-'));
    expect((await run(['list'], empty)).error).toContain('[relay.data-folder]');
    await rm(empty, { recursive: true });
  }, 60_000);

  it('seals no key with a seal key that the relay does not have', async () => {
    await rm(join(platform.directory, 'seal-key'));
    const { code, error } = await run(['renew', 'taken']);
    expect([code, error]).toEqual([1, expect.stringContaining('[relay.seal-key]')]);
  }, 30_000);
});
