import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { linkSides, portOf, udpRule, wireGuardRule, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { UdpProgram } from '#test/support/forwards/udp.ts';

const MINUTE = 60_000;

let clock: FakeClock;
let target: TargetSide;
let laptop: PeerId;
let sides: LinkedSides;
let echo: UdpProgram;
let client: UdpProgram;

beforeEach(async () => {
  clock = new FakeClock();
  target = new TargetSide({ clock });
  laptop = target.addPeer('laptop');
  target.rights.set(laptop, 'forward', 'allow');
  sides = linkSides(clock, target, laptop);
  void sides.rules.manager.start();
  echo = await UdpProgram.echo();
  client = await UdpProgram.open();
});

afterEach(async () => {
  await sides.close();
  target.close();
  await echo.close();
  await client.close();
});

/** Datagrams go and come while the clock stands still. */
async function exchange(port: number): Promise<void> {
  await client.ask('x', port);
}

it.each([
  ['udp', 5],
  ['wg-proxy', 10],
] as const)('an association of %s ends after %i minutes without a datagram, at both ends', async (kind, minutes) => {
  const { id } = await sides.rules.manager.add({
    rule: kind === 'udp' ? udpRule(echo.port) : wireGuardRule(echo.port),
  });
  const port = portOf(sides.rules.manager.view(id));
  await exchange(port);
  await clock.advance((minutes - 1) * MINUTE);
  await exchange(port);
  await clock.advance((minutes - 1) * MINUTE);
  expect([sides.rules.manager.view(id).connections, target.associations.count]).toEqual([1, 1]);
  await clock.advance(2 * MINUTE);
  await vi.waitFor(async () => {
    await clock.advance(0);
    expect([sides.rules.manager.view(id).connections, target.associations.count]).toEqual([0, 0]);
  }, 30_000);
  // The next datagram opens another.
  await exchange(port);
  expect(target.associations.count).toBe(1);
});

it('an association whose opener says nothing of it ends after five minutes, one that asks for ten seconds sooner', async () => {
  const [long, short] = [sides.mine().open('udp', { flow: 101 }), sides.mine().open('udp', { flow: 103, idle: 10 })];
  await Promise.all([long.opened, short.opened]);
  await clock.advance(10_000);
  await vi.waitFor(() => expect(target.associations.count).toBe(1), 30_000);
  await clock.advance(5 * MINUTE - 11_000);
  expect(target.associations.count).toBe(1);
  await clock.advance(2000);
  await vi.waitFor(() => expect(target.associations.count).toBe(0), 30_000);
});
