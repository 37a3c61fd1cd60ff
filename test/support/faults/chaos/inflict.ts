import { setTimeout as delay } from 'node:timers/promises';
import { assertNever } from '#shared/assert-never.ts';
import { until } from '../../e2e/until.ts';
import { attempt, type Download } from './download.ts';
import type { Scene } from './scene.ts';
import type { Fault } from './script.ts';

/** What was done, and how long nothing came because of it. */
export type Inflicted = Readonly<{
  fault: Fault;
  /** Path of the link before and afterwards, as the laptop says. */
  before: string;
  after: string;
  /** From the fault to bytes that no buffer on the way can have held, ms. */
  bridged: number;
  /** The same from the moment on when what was broken was whole again; undefined where bytes came before that. */
  recovered: number | undefined;
}>;

/** What buffers of this computer may still hold when a link is cut behind them, ms. */
const BUFFERED = 250;
/** The same where the link has nobody to tell it, and is bridged seconds later: a busy machine may hold more. */
const BUFFERED_IN_SILENCE = 1500;
/** For a link to move to a path that is there again, ms. */
const MOVES = 90_000;

/** Does it, mends what is to be mended, and resolves when bytes come again. */
export async function inflict(scene: Scene, download: Download, fault: Fault): Promise<Inflicted> {
  const before = await pathOf(scene);
  const begun = performance.now();
  let flowing: number | undefined;
  const buffered = fault.kind === 'direct lost' ? BUFFERED_IN_SILENCE : BUFFERED;
  const first = download.flowing(begun + buffered).then((at) => (flowing = at));
  const mended = await apply(scene, fault);
  const whole = performance.now();
  const early = flowing;
  const at = await first;
  if (fault.kind === 'direct back') await moved(scene, download, 'direct');
  if (fault.kind === 'via alone') await moved(scene, download, 'via');
  if (fault.kind === 'relay back') await moved(scene, download, 'relay');
  return {
    fault,
    before,
    after: await pathOf(scene),
    bridged: at - begun,
    recovered: mended && early === undefined ? at - whole : undefined,
  };
}

/** Whether it is over already when this resolves. */
async function apply(scene: Scene, fault: Fault): Promise<boolean> {
  const { network } = scene;
  switch (fault.kind) {
    case 'relay killed':
      await scene.killRelay();
      await delay(fault.down);
      await scene.restartRelay();
      return true;
    case 'relay frozen':
      await frozen(scene, scene.relayPid, fault.time);
      return true;
    case 'relay stalled':
      scene.way(fault.machine).stall();
      await delay(fault.time);
      scene.way(fault.machine).resume();
      return true;
    case 'relay reset':
      scene.way(fault.machine).reset();
      return true;
    case 'relay swallowed':
      scene.way(fault.machine).blackHole(fault.way);
      await delay(fault.time);
      scene.way(fault.machine).heal();
      return true;
    case 'agent killed':
      await scene.killAgent(fault.machine);
      await delay(fault.down);
      await scene.startAgent(fault.machine);
      return true;
    case 'agent frozen':
      await frozen(scene, scene.pidOf(fault.machine), fault.time);
      return true;
    case 'direct lost':
      if (fault.way !== 'back') network?.cut('laptop', 'office');
      if (fault.way !== 'there') network?.cut('office', 'laptop');
      return false;
    case 'direct back':
      network?.heal('laptop', 'office');
      return false;
    case 'via alone':
      await greet(scene, 'middle');
      network?.blackHole('laptop', 'office');
      await scene.way('laptop').refuse();
      scene.way('laptop').reset();
      return false;
    case 'relay back':
      await scene.way('laptop').admit();
      return true;
    default:
      return assertNever(fault);
  }

  async function frozen({ control }: Scene, pid: number, time: number): Promise<void> {
    await control.freeze(pid);
    await delay(time);
    control.thaw(pid);
  }
}

/** The link with the machine in between is there before it is needed. */
async function greet(scene: Scene, peer: string): Promise<void> {
  const client = await scene.connect();
  try {
    await attempt(client, () => client.call('peers.ping', { peer }));
  } finally {
    client.close();
  }
}

/** A person who does not wait presses the button; the link moves while bytes flow. */
async function moved(scene: Scene, download: Download, kind: string): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    if ((await pathOf(scene)) === kind) return true;
    await press(scene);
    await delay(1000);
    return undefined;
  };
  await until(`the link to be ${kind}; it is ${await pathOf(scene)}`, look, MOVES);
  await download.flowing(performance.now());
}

async function press(scene: Scene): Promise<void> {
  const client = await scene.connect();
  await client.call('peers.reconnect', { peer: 'office' }).catch(() => undefined);
  client.close();
}

async function pathOf(scene: Scene): Promise<string> {
  const { path, linked } = await scene.view();
  return linked ? path : 'none';
}
