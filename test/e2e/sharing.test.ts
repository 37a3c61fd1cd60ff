import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '#test/support/e2e/device.ts';
import type { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import { HAS_PROCESS_TABLE } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

const SIZE = { cols: 90, rows: 20 };

type Served = Readonly<{ terminal: string; viewers: readonly Readonly<{ name: string; watching: boolean }>[] }>;

describe.runIf(HAS_PROCESS_TABLE)('a terminal on office, of laptop, that colleague looks on at', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;
  let colleague: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
    colleague = stage.device('colleague');
    await colleague.runAgent(relay, { first: true });
    await colleague.ok('network', '--listen', 'outbound-only');
    await office.pairWith(colleague, []);
    await laptop.pairWith(colleague, []);
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  function open(device: Device, words: readonly string[], size = SIZE): LocalTerminal {
    return device.window(words, size);
  }

  const served = async (): Promise<Served | undefined> =>
    ((await office.json('share', '--here')) as readonly Served[])[0];

  const recordings = async (): Promise<readonly Readonly<{ id: string }>[]> =>
    (await laptop.json('recordings')) as readonly Readonly<{ id: string }>[];

  async function begin(): Promise<Readonly<{ window: LocalTerminal; terminal: string }>> {
    const window = open(laptop, ['connect', '-q', 'office']);
    await window.until('the prompt', (text) => text.endsWith('there>'));
    window.type('echo before-sharing\r');
    await window.until('its output', (text) => text.includes('\nbefore-sharing\n'));
    return { window, terminal: (await served())?.terminal ?? '' };
  }

  it('is seen by whom office lets look on, who can do nothing to it, until the right is taken back [S-TERM-13]', async () => {
    const { window, terminal } = await begin();
    const refused = await colleague.run(['watch', 'office', terminal]);
    expect(refused.code).not.toBe(0);

    await office.ok('rights', 'colleague', '--allow', 'view');
    await laptop.ok('share', 'office', terminal.slice(0, 8), '--with', 'colleague');
    expect(await colleague.ok('watch', 'office', '--list')).toMatch(/^[0-9a-f]{32} .* laptop$/m);

    const viewer = open(colleague, ['watch', 'office']);
    await viewer.until('the screen of now', (text) => text.includes('before-sharing'));
    window.type('echo after-sharing\r');
    await viewer.until('what follows', (text) => text.includes('\nafter-sharing\n'));

    viewer.type('echo typed-by-the-viewer\r');
    window.type('echo typed-by-the-holder\r');
    await viewer.until('what the holder typed', (text) => text.includes('\ntyped-by-the-holder\n'));
    expect(window.text()).not.toContain('typed-by-the-viewer');
    expect(await served()).toMatchObject({ viewers: [{ name: 'colleague', watching: true }] });

    await office.ok('rights', 'colleague', '--deny', 'view');
    expect((await viewer.ended()).code).not.toBe(0);
    expect(viewer.text()).toContain('[terminal.revoked]');
    await expect.poll(served).toMatchObject({ viewers: [] });
    const again = await laptop.run(['share', 'office', terminal, '--with', 'colleague']);
    expect(again.stderr).toContain('[terminal.share-refused]');
    window.type('exit\r');
    expect((await window.ended()).code).toBe(0);
  });

  it('asks the person at office each time, and ends when the holder says so, and with the terminal [S-TERM-13]', async () => {
    await office.ok('rights', 'colleague', '--ask', 'view');
    const { window, terminal } = await begin();
    await laptop.ok('share', 'office', terminal, '--with', 'colleague');
    const viewer = open(colleague, ['watch', 'office']);
    const waiting = await until('the request', async () => {
      const [request] = (await office.json('approvals')) as readonly Readonly<{ id: number; detail: string }>[];
      return request;
    });
    expect(waiting.detail).toBe('look on at a terminal of laptop');
    await office.ok('approvals', 'approve', String(waiting.id));
    await viewer.until('the screen', (text) => text.includes('before-sharing'));
    await laptop.ok('share', 'office', terminal, '--stop');
    expect((await viewer.ended()).code).not.toBe(0);
    expect(viewer.text()).toContain('[terminal.unshared]');

    await office.ok('rights', 'colleague', '--allow', 'view');
    await office.ok('share', '--here', terminal, '--with', 'colleague');
    const last = open(colleague, ['watch', 'office']);
    await last.until('the screen', (text) => text.includes('before-sharing'));
    // What the program does to terminals, byte by byte: it reaches none but that of who has it.
    const raw = colleague.start(['watch', 'office']);
    await raw.said(/before-sharing/);
    window.type(String.raw`printf 'shown-%s\033[8;9;9t\033]52;c;eA==\007\n' to-all` + '\r');
    await last.until('what follows', (text) => text.includes('\nshown-to-all\n'));
    window.type('exit\r');
    expect((await window.ended()).code).toBe(0);
    expect((await last.ended()).code).toBe(0);
    const { stdout } = await raw.ended;
    expect(stdout).toContain('shown-to-all');
    for (const sequence of ['[8;', ']52;']) expect(stdout.includes(`\u001b${sequence}`)).toBe(false);
    const history = await office.ok('history', '--kind', 'shared');
    expect(history).toMatch(/shared +colleague +here/);
    expect(await colleague.ok('history', '--kind', 'shared')).toMatch(/shared +office +there/);
    expect(await office.ok('audit')).toMatch(/laptop +shared its terminal here with: colleague$/m);
  });

  it('a stream of the holder that floods goes on at its pace while the viewer stands still [S-TERM-11]', async () => {
    await office.ok('rights', 'colleague', '--allow', 'view');
    const { window, terminal } = await begin();
    await laptop.ok('share', 'office', terminal, '--with', 'colleague');
    const viewer = open(colleague, ['watch', 'office']);
    await viewer.until('the screen', (text) => text.includes('before-sharing'));
    process.kill(viewer.pid, 'SIGSTOP');
    window.type('seq 1 400000; echo "done-$((40 + 2))"\r');
    await window.until('the end of the flood', (text) => text.includes('\ndone-42\n'), 120_000);
    process.kill(viewer.pid, 'SIGCONT');
    await viewer.until('the screen of then', (text) => text.includes('\ndone-42\n'), 120_000);
    window.type('exit\r');
    expect((await window.ended()).code).toBe(0);
    expect((await viewer.ended()).code).toBe(0);
  });

  it('records what is shown, without what is typed, and plays it [S-TERM-15]', async () => {
    for (const { id } of await recordings()) await laptop.ok('recordings', 'delete', id);
    const window = open(laptop, ['connect', '-q', 'office', '--record']);
    await window.until('the prompt', (text) => text.endsWith('there>'));
    window.type('stty -echo; echo "hidden $((40 + 2))"; read hidden; stty echo; echo "it was ${#hidden}"\r');
    // Until then the terminal itself shows what is typed.
    await window.until('no echo', (text) => text.includes('\nhidden 42'));
    window.type('swordfish\r');
    await window.until('the answer', (text) => text.includes('\nit was 9\n'));
    window.type('exit\r');
    await window.ended();
    await expect.poll(recordings).toHaveLength(1);
    const [recording] = await recordings();
    const played = await laptop.ok('recordings', 'play', recording?.id ?? '', '--speed', '100');
    expect(played).toContain('it was 9');
    expect(played).not.toContain('swordfish');
    const file = join(stage.directory, 'demo.cast');
    rmSync(file, { force: true });
    await laptop.ok('recordings', 'export', recording?.id ?? '', file);
    expect(JSON.parse(readFileSync(file, 'utf8').split('\n')[0] ?? '')).toMatchObject({
      version: 2,
      width: 90,
      height: 20,
    });
    await laptop.ok('recordings', 'delete', recording?.id ?? '');
    expect(await laptop.ok('recordings')).toContain('No recordings.');
  });
});
