import { setTimeout as delay } from 'node:timers/promises';
import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import type { Device } from '../e2e/device.ts';
import { Stage } from '../e2e/stage.ts';
import { NatNetwork, type Place } from './network.ts';

/** Two machines that pair; the first one joins, and begins their session. */
export type Cell = Readonly<{ from: Place; to: Place }>;

/** Where their link runs in the end: over TCP, over UDP, or through the relay, and what it says of the others. */
export type Seen = Cell &
  Readonly<{
    path: 'tcp' | 'udp' | 'relay';
    why: string | null;
    whyNotUdp: string | null;
    /** Until it was there, or given up, ms from the pairing on. */
    after: number;
    rtt: number | null;
  }>;

/** Tries on a slow machine take their time: each is over after 12 s by the agent's own clock. */
const PATIENCE = 120_000;

/**
 * Two machines at each place, real agents and a real relay between them, on an internet of their own. Cells share the machines; each pair of
 * machines pairs once.
 */
export class NatStage {
  readonly #stage = new Stage();
  readonly #network: NatNetwork;
  readonly #devices = new Map<string, Device>();
  readonly #clients = new Map<string, AppApiClient>();
  #paired: Promise<unknown> = Promise.resolve();

  private constructor(places: readonly Place[]) {
    this.#network = new NatNetwork(
      Object.fromEntries(places.flatMap((place) => SIDES.map((side) => [nameOf(side, place), place]))),
    );
  }

  /** @param environment of all agents */
  static async start(places: readonly Place[], environment: Readonly<Record<string, string>> = {}): Promise<NatStage> {
    const natStage = new NatStage(places);
    try {
      await natStage.#start(places, environment);
      return natStage;
    } catch (error) {
      await natStage.close().catch(() => undefined);
      throw error;
    }
  }

  /** Pairs the two, and looks at their link until it stays where it is. */
  async look({ from, to }: Cell): Promise<Seen> {
    const [left, right] = [this.client('from', from), this.client('to', to)];
    const peer = await this.#pair(left, right);
    const began = performance.now();
    const link = (): Promise<unknown> =>
      left.call('peers.ping', { peer: peer.peerId, timeout: 30_000 }).catch((error: unknown) => error);
    let answer = await link();
    for (;;) {
      const [{ path, link: state, rtt }, other] = await Promise.all([
        left.call('peers.get', { peer: peer.peerId }),
        right.call('peers.get', { peer: nameOf('from', from) }),
      ]);
      const after = Math.round(performance.now() - began);
      // Whichever of the two has begun the session in the end tries UDP, and knows what came of it.
      const whyNotUdp = state?.whyNotUdp ?? other.link?.whyNotUdp ?? null;
      const seen = { from, to, why: state?.why ?? null, whyNotUdp, after, rtt };
      if (state?.state === 'up') {
        if (path === 'direct') return { ...seen, path: state.udp === true ? 'udp' : 'tcp' };
        const isTrying = state.why === 'trying' || whyNotUdp === null || whyNotUdp === 'trying';
        if (path === 'relay' && !isTrying) return { ...seen, path: 'relay' };
      }
      if (after > PATIENCE) throw new Error(`${JSON.stringify(seen)} ${JSON.stringify(state)} ${String(answer)}`);
      // Who was too busy to answer is asked again.
      if (state === null) answer = await link();
      await delay(100);
    }
  }

  /** A device pairs with one other at a time. */
  #pair(left: AppApiClient, right: AppApiClient): Promise<PeerView> {
    const pair = async (): Promise<PeerView> => {
      const { device } = await right.call('status.get', {});
      const known = (await left.call('peers.list', {})).find(({ peerId }) => peerId === device.peerId);
      if (known !== undefined) return known;
      const invitation = await right.call('pairing.invite', { allow: [] });
      const [joined, invited] = await Promise.all([
        left.call('pairing.join', { codeOrLink: invitation.code ?? '', allow: [] }),
        right.call('pairing.result', { pairing: invitation.pairing }),
      ]);
      await right.call('pairing.confirm', { peer: invited.peer.peerId, words: [...invited.words] });
      return await left.call('pairing.confirm', { peer: joined.peer.peerId, words: [...joined.words] });
    };
    const turn = this.#paired.then(pair);
    this.#paired = turn.catch(() => undefined);
    return turn;
  }

  device(side: 'from' | 'to', place: Place): Device {
    const device = this.#devices.get(nameOf(side, place));
    if (device === undefined) throw new Error('nobody is there');
    return device;
  }

  /** For files that all machines see. */
  get directory(): string {
    return this.#stage.directory;
  }

  /** That machine's NAT lets no UDP pass from now on. */
  blockUdp(side: 'from' | 'to', place: Place): void {
    this.#network.blockUdp(nameOf(side, place));
  }

  /** It does again. */
  allowUdp(side: 'from' | 'to', place: Place): void {
    this.#network.allowUdp(nameOf(side, place));
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    try {
      await this.#stage.close();
    } finally {
      this.#network.close();
    }
  }

  async #start(places: readonly Place[], environment: Readonly<Record<string, string>>): Promise<void> {
    const relay = await this.#stage.startRelay({ tls: 'own', host: '[::]', port: 7474, on: this.#network.on('relay') });
    const pin = relay.pin ?? '';
    const start = async (side: (typeof SIDES)[number], place: Place): Promise<void> => {
      const name = nameOf(side, place);
      const device = this.#stage.device(name, this.#network.on(name));
      const url = `wss://${NatNetwork.relayHost(place)}:${relay.port}`;
      await device.runAgent(
        { token: relay.token, options: ['--relay', url, '--pin', pin] },
        { first: true, environment: { CLAWREACH_DISCOVERY: 'off', ...environment } },
      );
      this.#devices.set(name, device);
      this.#clients.set(name, await device.connect());
    };
    // Ten at once would each take ten times as long, on a machine that does other things too.
    for (const place of places) {
      const both = await Promise.allSettled(SIDES.map((side) => start(side, place)));
      for (const one of both) if (one.status === 'rejected') throw one.reason;
    }
  }

  /** A user interface of that machine's agent. */
  client(side: 'from' | 'to', place: Place): AppApiClient {
    const client = this.#clients.get(nameOf(side, place));
    if (client === undefined) throw new Error('nobody is there');
    return client;
  }
}

const SIDES = ['from', 'to'] as const;

function nameOf(side: 'from' | 'to', place: Place): string {
  return `${side}-${place}`;
}
