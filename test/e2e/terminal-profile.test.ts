import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AppApiClient, TerminalProfile } from '#shared/app-api/index.ts';
import { Stage } from '#test/support/e2e/stage.ts';

/** What a machine's profile says of its terminals reaches the real shells there. */
describe.skipIf(process.platform === 'win32')('shell and folder of a machine', () => {
  let stage: Stage;
  let client: AppApiClient;
  let folder: string;
  let other: string;

  beforeAll(async () => {
    stage = new Stage();
    folder = join(realpathSync(stage.directory), 'project');
    other = join(realpathSync(stage.directory), 'other');
    for (const path of [folder, other]) mkdirSync(path);
    const { laptop } = await stage.pairedDevices(await stage.startRelay());
    client = await laptop.connect();
  });
  afterEach(() => stage.restore());
  afterAll(async () => {
    client?.close();
    await stage.close();
  });

  async function setProfile(profile: Partial<TerminalProfile>): Promise<void> {
    const none = { theme: null, shell: null, directory: null };
    await client.call('peers.setTerminalProfile', { peer: 'office', profile: { ...none, ...profile } });
  }

  /** Opens a terminal on office and returns what it says of program and folder. */
  async function askShell(
    more: Readonly<{ command?: string[]; directory?: string }> = {},
  ): Promise<Readonly<{ shell: string; folder: string; noFolder: boolean }>> {
    const size = { cols: 200, rows: 24, term: 'dumb' };
    const opened = await client.call('terminal.open', { peer: 'office', ...size, ...more });
    const channel = client.channel(opened.channel);
    if (more.command === undefined) await channel.write(Buffer.from('echo "<$0|$(pwd -P)>"; exit\r'));
    let output = '';
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read())
      output += Buffer.from(bytes).toString();
    channel.end();
    // The first one is the line as it was typed.
    const [, shell = '', folder = ''] = /<([^$|>]+)\|([^$>]+)>/.exec(output) ?? [];
    return { shell, folder, noFolder: opened.noFolder === true };
  }

  it('are those of the next terminal there, and no longer once they are taken back', async () => {
    const before = await askShell();
    expect(before.folder).not.toBe(folder);
    expect(before.shell).not.toMatch(/bash$/);
    await setProfile({ shell: 'bash', directory: folder });
    expect(await askShell()).toMatchObject({ shell: expect.stringMatching(/bash$/), folder, noFolder: false });
    await setProfile({ directory: folder });
    expect(await askShell()).toEqual({ ...before, folder });
    await setProfile({});
    expect(await askShell()).toEqual(before);
  });

  it('give way to what a terminal names itself, and are none of the business of a command', async () => {
    const { folder: home } = await askShell();
    await setProfile({ shell: 'bash', directory: folder });
    expect(await askShell({ directory: other })).toMatchObject({
      shell: expect.stringMatching(/bash$/),
      folder: other,
    });
    const command = ['sh', '-c', 'echo "<sh|$(pwd -P)>"'];
    expect((await askShell({ command })).folder).toBe(home);
    await setProfile({});
  });

  it('lead to the home folder where the folder is gone, and say so', async () => {
    const { folder: home } = await askShell();
    await setProfile({ directory: join(folder, 'gone') });
    expect(await askShell()).toMatchObject({ folder: home, noFolder: true });
    await setProfile({});
  });
});
