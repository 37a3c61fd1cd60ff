import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';

/** For a link to move to another path on a busy machine, ms. */
const MOVED = 40_000;

type Peer = Readonly<{ name: string; path: string; pathVia: readonly Readonly<{ name: string }>[] }>;

describe('a link that is to run through a certain peer', () => {
  let stage: Stage;
  let laptop: Device;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    const devices = await stage.pairedDevices(relay);
    laptop = devices.laptop;
    const middle = stage.device('middle');
    await middle.runAgent(relay, { first: true });
    await middle.ok('network', '--listen', 'outbound-only');
    for (const device of [laptop, devices.office]) await middle.pairWith(device);
    await middle.ok('rights', 'laptop', '--allow', 'pass-through');
  });
  beforeEach(async () => {
    await laptop.ok('path', 'office', '--mode', 'auto', '--via', 'none');
    await until('the relay', async () => ((await office())?.path === 'relay' ? true : undefined), MOVED);
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  const office = async (): Promise<Peer | undefined> =>
    ((await laptop.json('list')) as readonly Peer[]).find(({ name }) => name === 'office');

  it('runs through it, says so everywhere, and is undone by --via none', async () => {
    expect(await laptop.ok('path', 'office')).toMatch(/^office: .* via relay /);
    const shown = await laptop.ok('path', 'office', '--via', 'middle');
    expect(shown).toMatch(/^office: .* via middle$/m);
    expect(shown).toContain('Via      only via middle; to undo this: `clawreach path office --via none`\n');
    expect(shown).toContain('Why not direct: You chose to reach it only via middle.');
    expect(await laptop.ok('ping', 'office', '-c', '2', '-i', '10')).toMatch(
      /^office: .* via middle\noffice: .* via middle\n/,
    );
    expect(await laptop.ok('connect', '-q', 'office', '--', 'echo', 'through')).toBe('through\n');
    expect(await office()).toMatchObject({ path: 'via', pathVia: [{ name: 'middle' }] });
    expect(await laptop.ok('list')).toMatch(/^office +via middle /m);

    expect(await laptop.ok('path', 'office', '--via', 'none')).not.toContain('only via middle');
    expect(await office()).toMatchObject({ pathVia: [] });
    await until('the relay', async () => ((await office())?.path === 'relay' ? true : undefined), MOVED);
  });

  it('is undone by a mode alone, and kept by a mode beside it', async () => {
    const both = await laptop.ok('path', 'office', '--mode', 'relay-only', '--via', 'middle');
    expect(both).toContain('Mode     relay-only');
    expect(both).toContain('Via      only via middle');
    expect(await laptop.json('path', 'office', '--mode', 'auto')).toMatchObject({ mode: 'auto', via: [] });
  });

  it.each([
    ['office', 'via.self', 4],
    ['nobody', 'peer.unknown', 4],
  ])('is refused for %s in between', async (middle, code, exit) => {
    const { code: ended, stderr } = await laptop.run(['path', 'office', '--via', middle]);
    expect(stderr).toContain(`[${code}]`);
    expect(ended).toBe(exit);
    expect(await office()).toMatchObject({ pathVia: [] });
  });
});
