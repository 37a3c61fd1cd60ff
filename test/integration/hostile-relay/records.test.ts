import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes } from '#shared/bytes/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { flipBit, Seeded } from '#test/support/hostile/attempts.ts';
import type { Bridge, PassingRecord } from '#test/support/hostile/bridge.ts';
import { pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import { Scene } from '#test/support/hostile/scene.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';

/** Tries of each attack in each direction, each at other places. */
const TRIES = 10;

/** What an attack makes of the records of a device from a certain place on; `turn` counts them from 0. */
type Tools = Readonly<{ bridge: Bridge; random: Seeded; turn: number }>;
type Attack = (passing: PassingRecord, tools: Tools) => readonly Uint8Array[];

/** From this record on there is a terminal and something to attack in both directions. */
const FIRST = 4;

/** Attack → what the device that gets the bytes finds. Its other side has no more to find than the end of the connection. */
const ATTACKS: readonly (readonly [name: string, attack: Attack, finding: RegExp])[] = [
  ['replays a record at once', once(({ record }) => [record, record]), /^link\.authentication$/],
  [
    'replays an earlier record',
    once((passing, { bridge, random }) => {
      const earlier = ofSender(passing, bridge);
      return [passing.record, earlier[random.below(earlier.length)] ?? passing.record];
    }),
    /^link\.authentication$/,
  ],
  [
    'reflects a record to its sender',
    once(({ record, from }, { bridge }) => {
      bridge.inject(from, record);
      return [record];
    }),
    /^link\.authentication$/,
  ],
  ['drops a record', once(() => []), /^link\.authentication$/],
  [
    'swaps two records',
    (passing, { bridge, turn }) => {
      if (turn === 0) return [];
      return turn === 1 ? [passing.record, ...ofSender(passing, bridge).slice(-2, -1)] : [passing.record];
    },
    /^link\.authentication$/,
  ],
  [
    'flips one bit of a record',
    once(({ record }, { random }) => [flipBit(record, 16 + random.below((record.length - 2) * 8))]),
    /^link\.authentication$/,
  ],
  [
    'shortens a record and its length',
    once(({ record }) => [withLength(record.slice(0, -3))]),
    /^link\.authentication$/,
  ],
  [
    'lengthens a record and its length',
    once(({ record }, { random }) => [withLength(concatBytes(record, random.bytes(7)))]),
    /^link\.authentication$/,
  ],
  [
    'cuts a record in two',
    once(({ record }) => [
      withLength(record.slice(0, 12)),
      withLength(concatBytes(Uint8Array.of(0, 0), record.slice(12))),
    ]),
    /^link\.authentication$/,
  ],
  [
    'makes a record up',
    once(({ record }, { random }) => [withLength(random.bytes(82)), record]),
    /^link\.authentication$/,
  ],
  ['sends an empty record', once(({ record }) => [Uint8Array.of(0, 0), record]), /^link\.path-lost$/],
  [
    'sends rubbish without form',
    once(({ record }, { random }) => [concatBytes(random.bytes(300), new Uint8Array(66_000)), record]),
    /^link\.(authentication|path-lost)$/,
  ],
];

function once(attack: Attack): Attack {
  return (passing, tools) => (tools.turn === 0 ? attack(passing, tools) : [passing.record]);
}

function ofSender({ from }: PassingRecord, bridge: Bridge): readonly Uint8Array[] {
  return bridge.seen.filter((passed) => passed.from === from).map(({ record }) => record);
}

/** The same bytes under a length that is right for them. */
function withLength(bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  changed[0] = (bytes.length - 2) >> 8;
  changed[1] = (bytes.length - 2) & 0xff;
  return changed;
}

/**
 * A terminal whose person goes on typing until `done` and a word more: every byte gets through once, in order, whatever happens to the paths
 * meanwhile, and nothing else does. Its program then ends, and the person gets its exit code.
 */
async function typeThrough(view: TerminalView, target: TestDevice, done: () => boolean, said = ''): Promise<void> {
  const shell = target.shell.last;
  let typed = said;
  // A record that was dropped is missed by the next one.
  for (let count = 0, after = 0; after < 2; count += 1) {
    if (done()) after += 1;
    const word = `word-${count};`;
    view.type(word);
    typed += word;
    if (after > 0) await view.until(word);
    else for (let turn = 0; turn < 20 && !done() && !view.text.includes(word); turn += 1) await settle(1);
    expect(view.ending).toBeUndefined();
  }
  expect(shell.heardText).toBe(typed);
  expect(view.text).toBe(typed);
  shell.exit(7);
  expect(await view.ended).toMatchObject({ exitCode: 7, code: null });
}

/** What the paths of a device were lost for, in order. */
function findings(device: TestDevice): readonly string[] {
  return device.log.filter(({ message }) => message === 'path lost').map(({ fields }) => String(fields['code']));
}

describe('a relay that tampers with the records of a terminal', () => {
  const scene = new Scene();
  let target: TestDevice;
  let viewer: TestDevice;

  beforeAll(async () => {
    ({ target, viewer } = await scene.pair());
  });

  afterAll(() => scene.close());

  /** A terminal over a connection that is attacked; those after it are left alone. */
  async function attacked(
    onRecord: (bridge: Bridge) => Bridge['onRecord'],
    done: () => boolean = () => findings(target).length > 0 && findings(viewer).length > 0,
  ): Promise<void> {
    await scene.cut(target, viewer);
    target.log.length = 0;
    viewer.log.length = 0;
    scene.relay.onBridge = (bridge) => {
      bridge.onRecord = onRecord(bridge);
      scene.relay.onBridge = () => undefined;
    };
    await typeThrough(await TerminalView.open(viewer, target), target, done);
  }

  it.each(ATTACKS)('and %s is found out at once, in either direction [S-LINK-7]', async (name, attack, finding) => {
    for (let round = 0; round < TRIES * 2; round += 1) {
      const [to, from] = round % 2 === 0 ? [target, viewer] : [viewer, target];
      const victim = name.includes('to its sender') ? from : to;
      const random = new Seeded(round + 1);
      const place = FIRST + random.below(6);
      await attacked((bridge) => (passing) => {
        if (passing.to !== to.name || passing.index < place) return [passing.record];
        return attack(passing, { bridge, random, turn: passing.index - place });
      });
      expect(findings(victim)[0]).toMatch(finding);
    }
  });

  it('and flips any one bit of one record, its length included, is found out [S-LINK-7]', async () => {
    for (let bit = 0; bit < 24 * 8; bit += 7) {
      await attacked(() => ({ record, to, index }) => {
        return [to === 'target' && index === FIRST ? flipBit(record, bit) : record];
      });
      expect(findings(target).length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['between two records', (record: Uint8Array) => [record]],
    ['in the middle of a record', (record: Uint8Array) => [record.subarray(0, record.length >> 1)]],
    ['in the middle of a length', (record: Uint8Array) => [record.subarray(0, 1)]],
  ])('and ends the connection in order %s: nothing is missing on the next one', async (_where, last) => {
    for (let round = 0; round < TRIES; round += 1) {
      const place = FIRST + round;
      await attacked((bridge) => ({ record, to, index }) => {
        if (to !== viewer.name || index < place) return [record];
        for (const piece of index === place ? last(record) : []) bridge.inject(to, piece);
        bridge.end();
        return [];
      });
      expect(findings(viewer)[0]).toBe('link.path-lost');
    }
  });

  it('and cuts off the last word of a program makes neither another end of it nor an earlier one [S-TERM-6]', async () => {
    await scene.cut(target, viewer);
    scene.relay.onBridge = () => undefined;
    const view = await TerminalView.open(viewer, target);
    await view.say('before');
    const { bridge } = scene.relay;
    bridge.onRecord = ({ record, to }) => {
      if (to !== viewer.name) return [record];
      bridge.end();
      return [];
    };
    target.shell.last.exit(5);
    expect(await view.ended).toMatchObject({ exitCode: 5, code: null });
    expect(view.text).toBe('before');
  });
});

describe('a relay that joins what does not belong together', () => {
  const scene = new Scene();

  afterAll(() => scene.close());

  it('two connections of the same two devices: neither end takes a record of the other one [S-LINK-7]', async () => {
    const { target, viewer } = await scene.pair();
    for (let round = 0; round < TRIES; round += 1) {
      // The first connection is made and recorded, and played into the second, at another place each time.
      scene.relay.onBridge = () => undefined;
      const first = await TerminalView.open(viewer, target);
      await first.say('delete everything;');
      const recorded = scene.relay.bridge.seen;
      target.shell.last.exit(0);
      await first.ended;
      await scene.cut(target, viewer);
      const to = round % 2 === 0 ? target : viewer;
      const ran = target.shell.run.length;
      target.log.length = 0;
      viewer.log.length = 0;
      scene.relay.onBridge = (bridge) => {
        bridge.onRecord = ({ record, to: name, index }) => {
          if (name !== to.name || index < FIRST + round) return [record];
          return recorded.filter((passed) => passed.to === name).map((passed) => passed.record);
        };
        scene.relay.onBridge = () => undefined;
      };
      const view = await TerminalView.open(viewer, target);
      await typeThrough(view, target, () => findings(to).length > 0);
      expect(findings(to)[0]).toBe('link.authentication');
      for (const shell of target.shell.run.slice(ran)) expect(shell.heardText).not.toContain('delete');
      for (const shell of target.shell.run) shell.exit(0);
      await scene.cut(target, viewer);
    }
  });

  it('two sessions of different devices: nobody takes a record of the others, and all four go on elsewhere [S-LINK-7]', async () => {
    scene.relay.repent();
    const pairs: (readonly [TestDevice, TestDevice])[] = [];
    for (const name of ['first', 'second']) {
      const [target, viewer] = [await scene.device(`${name} target`), await scene.device(`${name} viewer`)];
      await pairDevices(target, viewer);
      await scene.unlink(target, viewer);
      pairs.push([target, viewer]);
    }
    for (let round = 0; round < TRIES; round += 1) {
      const views: TerminalView[] = [];
      const bridges: Bridge[] = [];
      for (const [target, viewer] of pairs) {
        const view = await TerminalView.open(viewer, target);
        views.push(view);
        await view.say('honest until here;');
        bridges.push(scene.carrying(target));
      }
      for (const [index, bridge] of bridges.entries()) {
        const other = bridges[1 - index];
        bridge.onRecord = ({ record, from }) => {
          other?.inject(from === bridge.initiator ? other.target : other.initiator, record);
          // Nobody is left to play the other side.
          if (other?.isOver === true) bridge.end();
          return [];
        };
      }
      for (const [index, view] of views.entries()) {
        const [target, viewer] = pairs[index] ?? [];
        if (target === undefined || viewer === undefined) throw new Error('no pair');
        const before = findings(target).length;
        await typeThrough(
          view,
          target,
          () => findings(target).length > before || bridges[index]?.isOver === true,
          'honest until here;',
        );
      }
      await scene.cut(...pairs.flat());
    }
    const log = pairs.flat().flatMap((device) => device.log.filter(({ message }) => message === 'path lost'));
    const found = log.filter(({ fields }) => fields['code'] === 'link.authentication');
    expect(found.length).toBeGreaterThanOrEqual(TRIES);
  });
});
