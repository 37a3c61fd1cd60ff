import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AddingView } from '#shared/app-api/index.ts';
import { documents } from '#test/support/e2e/commands.ts';
import { admittedBy, type Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';

const stage = new Stage();
let office: Device;
let laptop: Device;
let relay: Awaited<ReturnType<Stage['startRelay']>>;

const idOf = async (device: Device): Promise<string> => (await device.status()).device.peerId;

beforeAll(async () => {
  relay = await stage.startRelay();
  office = stage.device('office');
  laptop = stage.device('laptop');
  await office.runAgent(relay, { first: true });
});
afterEach(() => stage.restore());
afterAll(() => stage.close());

describe('a machine that is added by hand', () => {
  it('is refused when the other one does not wait, and when the ID is mistyped [S-PAIR-13]', async () => {
    const notThere = await laptop.run(['add', await idOf(office), '--yes', ...relay.options]);
    expect(notThere).toMatchObject({ code: 4 });
    expect(notThere.stderr).toContain('adding.not-waiting');
    const mistyped = await laptop.run(['add', 'CP5AZN7', '--yes', ...relay.options]);
    expect(mistyped).toMatchObject({ code: 2 });
    expect(mistyped.stderr).toContain('adding.peer-id');
  });

  it('is not added when another one asks than the one that is waited for [S-PAIR-13]', async () => {
    const stranger = stage.device('stranger');
    const waiting = office.start(['add', '--only', await idOf(laptop)]);
    await waiting.said(/On the other machine, run/);
    const asked = await stranger.run(['add', await idOf(office), '--yes', ...relay.options]);
    expect(asked.code).not.toBe(0);
    expect((await waiting.ended).stderr).toContain('adding.other-device');
    expect(await office.json('list')).toEqual([]);
  });

  it('becomes a peer of the other, with no right there, and is reached at once', async () => {
    // On a second try they may know each other.
    await office.run(['forget', 'laptop', '--yes']);
    await laptop.run(['forget', 'office', '--yes']);
    const waiting = office.start(['add', '--json', '--only', await idOf(laptop)]);
    await waiting.said(/"waiting"/);
    const asked = await laptop.run(['add', '--json', await idOf(office), '--yes', ...relay.options]);
    expect(asked.stderr).toBe('');
    const states = (documents(asked.stdout) as AddingView[]).map(({ state }) => state);
    expect(states.at(-1)).toBe('added');
    expect((await waiting.ended).code).toBe(0);
    await laptop.ok('ping', 'office');
    expect(await office.json('list')).toMatchObject([{ rights: { terminal: { decision: 'ask' } } }]);
    expect(await laptop.json('safety-number', 'office')).toMatchObject({
      safetyNumber: ((await office.json('safety-number', await idOf(laptop))) as { safetyNumber: string }).safetyNumber,
    });
  });

  it('waits on when its command is killed, and is ended by another', async () => {
    const tablet = stage.device('tablet');
    const words = ['add', '--only', await idOf(office), ...relay.options];
    const killed = tablet.start(words, { environment: admittedBy(relay) });
    await killed.said(/On the other machine, run/);
    await killed.end('SIGKILL');
    const second = await tablet.run(['add', '--only', await idOf(office)]);
    expect(second.stderr).toContain('[adding.too-many]');
    expect(second.stderr).toContain('clawreach add --cancel');

    expect(await tablet.run(['add', '--cancel', await idOf(office)])).toMatchObject({ code: 2 });
    expect(await tablet.run(['add', '--cancel', ...relay.options])).toMatchObject({ code: 2 });
    expect(await tablet.ok('add', '--cancel')).toContain('Cancelled');
    expect(await tablet.json('add', '--cancel')).toEqual({ cancelled: 0 });
    const next = tablet.start(['add', '--only', await idOf(office)]);
    await next.said(/On the other machine, run/);
    expect((await next.end('SIGINT')).code).toBe(130);
  });
});
