import { expect, it } from 'vitest';
import { isFinal } from '#shared/messages/index.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { settle } from '#test/support/fake-clock.ts';
import { isOpen, MessageWorld, type MessageDevice } from '#test/support/messages/message-world.ts';

/** The first ones in each run, all of them by `npm run test:full`. */
const SCHEDULES = casesOf(10_000, 5);
const STEPS = 14;
const AGENTS = ['coder', 'tester'] as const;
const PAIRS = AGENTS.flatMap((from) => AGENTS.map((agent) => [from, agent] as const));

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Runs one schedule of messages, losses, crashes and full disks. @returns what was untrue */
async function run(seed: number): Promise<readonly string[]> {
  const random = generator(seed);
  const pick = <Value>(values: readonly Value[]): Value | undefined => values[Math.floor(random() * values.length)];
  const world = new MessageWorld();
  const devices = [world.left, world.right];
  /** Messages whose sender was told that they are queued, in the order of the calls. */
  const promised: { id: string; sender: MessageDevice }[] = [];
  const steps: string[] = [];
  // Every other schedule rewrites its journals after each record.
  if (seed % 2 === 0) for (const { inboxDisk, outboxDisk } of devices) inboxDisk.waste = outboxDisk.waste = 1e9;
  // In every third schedule a person is asked about each message, and answers at some time.
  const questions: (() => void)[] = [];
  let isAway = seed % 3 === 0;
  // In every fifth one, a device is of the version that can't take a message back on the stream.
  if (seed % 5 === 0) (pick(devices) ?? world.left).isOlder = true;
  if (isAway)
    for (const device of devices)
      device.authorize = async (_agent, _describe, signal, onWaiting) => {
        onWaiting();
        if (!isAway) return undefined;
        const { promise, resolve } = Promise.withResolvers<{ code: string } | undefined>();
        signal.addEventListener('abort', () => resolve({ code: 'rights.withdrawn' }), { once: true });
        questions.push(() => resolve(undefined));
        return await promise;
      };
  await world.start();
  world.connect();
  const send = (sender: MessageDevice, count: number): void => {
    const [from, agent] = [pick(AGENTS) ?? 'coder', pick(AGENTS) ?? 'coder'];
    // Between two agents of one device no link is needed, and both disks are its own.
    const isOwn = random() < 0.25;
    for (let each = 0; each < count; each += 1) {
      const to = { device: (isOwn ? undefined : sender.other?.peerId) ?? sender.peerId, agent };
      const life = random() < 0.2 ? 5000 : 7 * 86_400_000;
      const message = {
        from,
        to,
        body: `${steps.length}-${each}`,
        media: 'text/plain',
        life,
        auto: false,
        hops: 0,
      } as const;
      sender.service?.send(message).then(
        ({ id }) => promised.push({ id, sender }),
        () => undefined,
      );
    }
  };
  const cancel = (device: MessageDevice): void => {
    const chosen = pick(device.sent().filter(isOpen));
    if (chosen !== undefined) device.service?.cancel(chosen.id).catch(() => undefined);
  };
  for (let step = 0; step < STEPS; step += 1) {
    const device = pick(devices) ?? world.left;
    const action = random();
    if (action < 0.4) {
      steps.push(`${device.name} sends`);
      send(device, 1 + Math.floor(random() * 4));
    } else if (action < 0.5) {
      steps.push('lost');
      world.lose();
    } else if (action < 0.6) {
      steps.push('linked');
      for (const each of devices) if (!each.isRunning) await each.start();
      world.connect();
    } else if (action < 0.7) {
      steps.push(`${device.name} crashes`);
      device.crash(random());
    } else if (action < 0.76) {
      steps.push(`${device.name} disk fails`);
      (random() < 0.5 ? device.inboxDisk : device.outboxDisk).failures = 1;
    } else if (action < 0.84) {
      steps.push(`${device.name} cancels`);
      for (let each = Math.floor(random() * 3); each >= 0; each -= 1) cancel(device);
    } else if (action < 0.94) {
      steps.push(`${device.name} takes`);
      const chosen = pick(device.received().filter(({ state }) => state !== 'expired'));
      if (chosen !== undefined)
        device.service?.settle(chosen.id, random() < 0.5 ? 'taken' : 'read').catch(() => undefined);
    } else {
      steps.push('time');
      await world.clock.advance(random() < 0.5 ? 3000 : 40_000);
    }
    if (random() < 0.3) pick(questions)?.();
    // What a person is asked about is taken back at the same moment, too.
    if (isAway && random() < 0.4) cancel(pick(devices) ?? world.left);
    // Some steps follow at once, in the middle of what the last one has begun.
    if (random() < 0.7) await settle(Math.floor(random() * 6));
  }
  for (const device of devices) {
    device.inboxDisk.failures = 0;
    device.outboxDisk.failures = 0;
  }
  isAway = false;
  for (const answer of questions) answer();
  await world.finish();
  const wrong = devices.flatMap(({ lies }) => lies);
  for (const device of devices) {
    const arrived = new Map(devices.flatMap((each) => each.received()).map((entry) => [entry.id, entry]));
    for (const [id, count] of device.arrivals) if (count > 1) wrong.push(`${id} came ${count} times`);
    for (const entry of device.sent()) {
      const found = arrived.get(entry.id);
      if (isOpen(entry)) wrong.push(`${entry.id} is still ${entry.state}`);
      if (['stored', 'taken', 'read'].includes(entry.state) !== (found !== undefined && found.state !== 'expired'))
        wrong.push(`${entry.id} is ${entry.state} here, ${found?.state ?? 'missing'} there`);
      else if (found !== undefined && found.state !== entry.state)
        wrong.push(`${entry.id} is ${entry.state} here, ${found.state} there`);
      if (entry.state === 'lost' || entry.state === 'refused') wrong.push(`${entry.id} is ${entry.state}`);
      if (!isFinal(entry.state) && found === undefined) wrong.push(`${entry.id} is missing there`);
    }
    const known = new Set(device.sent().map(({ id }) => id));
    for (const { id, sender } of promised)
      if (sender === device && !known.has(id)) wrong.push(`${id} was promised, and is gone`);
    const order = new Map(device.sent().map(({ id }, index) => [id, index]));
    for (const [recipient, from, agent] of devices.flatMap((each) => PAIRS.map((pair) => [each, ...pair] as const))) {
      const came = recipient
        .received()
        .filter((entry) => entry.from.device === device.peerId && entry.from.agent === from && entry.agent === agent);
      const places = came.map(({ id }) => order.get(id) ?? -1);
      if (places.some((place, index) => index > 0 && place <= (places[index - 1] ?? -1)))
        wrong.push(`${from} to ${agent} came in another order`);
    }
  }
  for (const device of devices) await device.service?.close();
  return wrong.length === 0 ? [] : [`seed ${seed}: ${steps.join(', ')}`, ...wrong];
}

it('delivers each message once and in order, and never says what is untrue, in thousands of schedules of losses, crashes, questions, full disks and rewritten journals', async () => {
  for (let seed = 1; seed <= SCHEDULES; seed += 1) expect(await run(seed), `schedule ${seed}`).toEqual([]);
}, 600_000);
