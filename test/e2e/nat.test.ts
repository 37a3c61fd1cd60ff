import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { NatStage, type Seen } from '#test/support/nat/matrix.ts';
import { natNetworkProblem, PLACES, type Place } from '#test/support/nat/network.ts';
import { until } from '#test/support/e2e/until.ts';

const TITLES: Readonly<Record<string, Place>> = {
  open: 'open',
  home: 'home',
  symmetric: 'symmetric',
  'no UDP': 'no-udp',
  'IPv6 only': 'ipv6',
};

/** The table of docs/NAT.md: `home symmetric relay`. */
function documented(): readonly string[] {
  const page = readFileSync(new URL('../../docs/NAT.md', import.meta.url), 'utf8');
  const rows = Array.from(page.matchAll(/^\| \*\*(.+?)\*\* \|(.*)\|$/gmu), ([, title = '', cells = '']) => ({
    from: TITLES[title],
    cells: cells.split('|').map((cell) => cell.trim().toLowerCase()),
  }));
  return rows.flatMap(({ from, cells }) => cells.map((path, index) => `${from} ${PLACES[index]} ${path}`));
}

const problem = natNetworkProblem();

describe.skipIf(problem !== undefined)(`two devices behind NAT${problem === undefined ? '' : `: ${problem}`}`, () => {
  let stage: NatStage | undefined;
  let seen: readonly Seen[];

  beforeAll(async () => {
    stage = await NatStage.start(PLACES);
  }, 300_000);
  afterAll(() => stage?.close(), 120_000);

  const there = (): NatStage => stage ?? expect.fail('the stage did not start');

  it('reach each other as docs/NAT.md says, at every pair of places [S-LINK-18]', async () => {
    const cells = PLACES.flatMap((from) => PLACES.map((to) => ({ from, to })));
    seen = await Promise.all(cells.map((cell) => there().look(cell)));
    expect(seen.map(({ from, to, path }) => `${from} ${to} ${path}`)).toEqual(documented());
    const relayed = seen.filter(({ path }) => path === 'relay');
    // Both ways were tried, and the link says so.
    expect(relayed.map(({ why, whyNotUdp }) => `${why} ${whyNotUdp}`)).toEqual(
      relayed.map(() => 'no-answer no-answer'),
    );
  });

  it('say so: direct, and in full over UDP', async () => {
    const said = await there().device('from', 'home').ok('path', 'to-home');
    expect(said).toMatch(/ms direct 5\.0\.\d+\.2:\d+ over UDP/u);
    expect(said).toMatch(/direct {2}better path found, over UDP/u);
    expect(said).not.toContain('Why not');
    const relayed = await there().device('from', 'home').ok('path', 'to-symmetric');
    expect(relayed).toMatch(/Why not over UDP: UDP doesn't get through/u);
  });

  const reachOverUdp = async (): Promise<void> => {
    // On a second try the NAT has just been mended, and somebody presses the button.
    await until(
      'UDP',
      async () => {
        const { link } = await there().client('from', 'home').call('peers.get', { peer: 'to-home' });
        if (link?.udp === true) return true;
        await there().client('from', 'home').call('peers.reconnect', { peer: 'to-home' });
        await delay(1000);
        return undefined;
      },
      60_000,
    );
  };

  it('go on through the relay, byte for byte, when a NAT lets no UDP pass any more [S-LINK-18]', async () => {
    const [from, to] = [there().device('from', 'home'), there().client('to', 'home')];
    await to.call('rights.set', { peer: 'from-home', right: 'terminal', decision: 'allow', expiresAt: null });
    const place = mkdtempSync(join(there().directory, 'halves-'));
    const [half, go] = [join(place, 'half'), join(place, 'go')];
    const bytes = (letter: string): string => `head -c 3000000 /dev/zero | tr '\\0' ${letter}`;
    const program = `${bytes('x')}; touch ${half}; while [ ! -e ${go} ]; do sleep 0.1; done; ${bytes('y')}`;
    await reachOverUdp();
    const running = from.start(['connect', '-q', 'to-home', '--', 'sh', '-c', program]);
    await until('the first half', () => (existsSync(half) ? true : undefined), 60_000);
    const before = await there().client('from', 'home').call('peers.get', { peer: 'to-home' });
    expect(before.link?.udp).toBe(true);
    there().blockUdp('to', 'home');
    onTestFinished(() => there().allowUdp('to', 'home'));
    writeFileSync(go, '');
    const { code, stdout } = await running.ended;
    expect([code, stdout.length]).toEqual([0, 6_000_000]);
    expect(stdout).toBe('x'.repeat(3_000_000) + 'y'.repeat(3_000_000));
    const after = await there().client('from', 'home').call('peers.get', { peer: 'to-home' });
    expect([after.path, after.link?.udp]).toEqual(['relay', undefined]);
  });

  it('lose nothing of a file that is on its way over UDP at that moment [S-LINK-18]', async () => {
    const [from, to] = [there().client('from', 'home'), there().client('to', 'home')];
    await to.call('rights.set', { peer: 'from-home', right: 'send', decision: 'allow', expiresAt: null });
    const file = join(mkdtempSync(join(there().directory, 'file-')), 'disk.img');
    const bytes = randomBytes(192_000_000);
    writeFileSync(file, bytes);
    await reachOverUdp();
    const { id } = await from.call('transfers.send', { peer: 'to-home', paths: [file] });
    const transfer = async () => (await from.call('transfers.get', { id })).transfer;
    await until('a part of it', async () => ((await transfer()).bytes.done > 16_000_000 ? true : undefined), 60_000);
    const before = await from.call('peers.get', { peer: 'to-home' });
    expect([before.link?.udp, (await transfer()).state]).toEqual([true, 'running']);
    there().blockUdp('to', 'home');
    onTestFinished(() => there().allowUdp('to', 'home'));
    await until('its end', async () => ((await transfer()).state === 'done' ? true : undefined), 120_000);
    expect((await from.call('peers.get', { peer: 'to-home' })).path).toBe('relay');
    const { path } = await to.call('transfers.get', { id });
    expect(readFileSync(path ?? '').equals(bytes)).toBe(true);
  });
});
