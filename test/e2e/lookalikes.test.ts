import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApprovalView, PeerView } from '#shared/app-api/index.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { ALL_CASES } from '#test/support/fuzz.ts';
import { until } from '#test/support/e2e/until.ts';

describe('a device that takes the name of another one', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let bravo: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    office = stage.device('office');
    bravo = stage.device('bravo');
    await office.runAgent(relay, { first: true });
    await bravo.runAgent(relay, { first: true });
    await office.pairWith(bravo, []);
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  /** A device whose program has been changed: it calls itself what no command would take. */
  async function imposter(name: string): Promise<Device> {
    const device = stage.device('imposter');
    await device.runAgent(relay, { first: true });
    await device.agent?.end('SIGTERM');
    const file = join(device.profile, 'settings.json');
    const settings = readFileSync(file, 'utf8');
    expect(settings).toContain('"imposter"');
    writeFileSync(file, settings.replace('"imposter"', JSON.stringify(name)));
    return device;
  }

  /** One of each kind; the functions that make names are tested with many more. */
  const KINDS: readonly (readonly [how: string, name: string, given: RegExp])[] = [
    ['with an invisible mark', 'bravo\u034f', /^bravo-\d+$/],
    [
      'as an option of the command that confirms its words',
      '--words-confirmed-elsewhere',
      /^words-confirmed-elsewhere$/,
    ],
    ['as what means this device', '.', /^peer-[0-9A-Z]{7}$/],
  ];
  /** For the full run. */
  const OTHERS: typeof KINDS = [
    ['with a filler and variation selectors', '\u3164bra\ufe00vo\u{e0100}\u180e', /^bravo-\d+$/u],
    ['in letters of another alphabet', 'br\u0430v\u043e', /^br\u0430v\u043e-\d+$/u],
    ['under a heap of marks', `bravo${'\u0301'.repeat(50)}`, /^brav\u00f3(?:-\d+)?$/u],
  ];

  it.each(ALL_CASES ? [...KINDS, ...OTHERS] : KINDS)(
    '%s gets a name that a person tells apart, and asks with its own id beside it [S-NAME-1]',
    async (_how, name, given) => {
      const device = await imposter(name);
      await office.pairWith(device, []);
      const { peerId, shortId } = (await device.status()).device;
      const peers = (await office.json('list')) as readonly PeerView[];
      const shown = peers.find((peer) => peer.peerId === peerId)?.name ?? '';
      expect(shown).toMatch(given);
      // Commands mean the one that was there first.
      expect(await office.ok('rights', 'bravo')).toMatch(/^bravo {2}/);

      const asking = device.start(['connect', 'office', '--', 'true']);
      await until('the request', async () => {
        return ((await office.json('approvals')) as readonly ApprovalView[]).length > 0 ? true : undefined;
      });
      const listed = await office.ok('approvals');
      expect(listed.replaceAll(/ +/g, ' ')).toContain(` ${shown} ${shortId} `);
      const [, id = ''] = /^ *(\d+) /mu.exec(listed) ?? [];
      expect(await office.ok('approvals', 'decline', id)).toContain(
        `${shown} (${shortId}), terminal: run: true: declined`,
      );
      await asking.ended;
    },
  );
});
