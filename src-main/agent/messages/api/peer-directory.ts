import type { AgentThere, ForeignInstanceView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { MESSAGE_API_LIMITS, MessageApiError, splitAddress, type ApiPeer } from '#shared/message-api/index.ts';
import type { AgentAddress } from '#shared/messages/index.ts';
import { withTimeout } from '#shared/timeout.ts';
import type { MessageAddresses } from '../addresses.ts';
import { requestAgents } from '../agents/agents-question.ts';

export type PeerDirectoryOptions = Readonly<{
  ownId: PeerId;
  clock: Clock;
  /** Returns the name of this machine. */
  ownName(): string;
  /** Returns the agents of this machine. */
  ownAgents(): readonly AgentThere[];
  /** Returns the peers that may have agents. */
  peers(): readonly Readonly<{ peerId: PeerId }>[];
  /** Returns the foreign instances, of which only the relay says who they are. */
  instances(): readonly Pick<ForeignInstanceView, 'peerId' | 'address' | 'isOnline' | 'agents'>[];
  /** Addresses of this machine, its peers and the foreign instances. */
  addresses: Pick<MessageAddresses, 'find' | 'shown'>;
  isReachable(peerId: PeerId): boolean;
  /** Reports whether this machine may open streams to the peer. */
  mayAsk(peerId: PeerId): boolean;
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
}>;

type Answer = Readonly<{ mayWrite: 'allow' | 'ask' | 'older'; agents: readonly AgentThere[]; at: number }>;

/** Machines with the agents that they name, and the addresses that programs write. Asks peers, and keeps what they say. */
export class PeerDirectory {
  readonly #options: PeerDirectoryOptions;
  readonly #answers = new Map<PeerId, Answer>();
  readonly #asking = new Map<PeerId, Promise<void>>();

  constructor(options: PeerDirectoryOptions) {
    this.#options = options;
  }

  /** Returns this machine, its peers and the foreign instances. Peers that don't answer in 3 s have the agents that they named before. */
  async list(): Promise<readonly ApiPeer[]> {
    const instances = this.#options.instances().map(({ peerId, address, isOnline, agents }): ApiPeer => {
      const named = (agents ?? []).map((agent) => ({ name: agent, description: '' }));
      return {
        address,
        peer_id: peerId,
        online: isOnline,
        may_write: isOnline ? 'allow' : 'unknown',
        agents: named,
        verified: 'relay',
      };
    });
    return [...(await this.#machines()), ...instances];
  }

  async #machines(): Promise<readonly ApiPeer[]> {
    const { ownId, addresses, ownAgents, peers, isReachable } = this.#options;
    const others = peers();
    for (const peerId of this.#answers.keys())
      if (!others.some((other) => other.peerId === peerId)) this.#answers.delete(peerId);
    await Promise.all(others.map(({ peerId }) => this.#ask(peerId)));
    return [
      {
        address: addresses.shown(ownId) ?? ownId,
        peer_id: ownId,
        online: true,
        may_write: 'allow',
        agents: [...ownAgents()],
        verified: 'device',
      },
      ...others.map(({ peerId }): ApiPeer => {
        const answer = this.#answers.get(peerId);
        return {
          address: addresses.shown(peerId) ?? peerId,
          peer_id: peerId,
          online: isReachable(peerId),
          may_write: answer?.mayWrite ?? 'unknown',
          agents: [...(answer?.agents ?? [])],
          verified: 'device',
        };
      }),
    ];
  }

  /**
   * Finds the agent for an address: `MACHINE/AGENT`, `program:NAME/AGENT`, or `AGENT` if no other machine can have one of that name. An agent of a
   * program is found by its whole address only: else the relay could put itself in the place of a machine.
   * @throws {MessageApiError} `message.address`, `message.unknown-agent`, `message.ambiguous`; errors of `MessageAddresses.find`
   */
  async resolve(text: string): Promise<AgentAddress> {
    const parts = splitAddress(text);
    if (parts === undefined) throw new MessageApiError('message.address', 'not an address of an agent');
    const { place, agent } = parts;
    if (place !== undefined) return { device: this.#options.addresses.find(place), agent };
    const machines = await this.#machines();
    const named = machines.filter(({ agents }) => agents.some(({ name }) => name === agent));
    const [only] = named;
    // A machine that can't be asked, or names no agents, may have one of that name: it is not for another one to take its messages.
    const unasked = machines.filter(({ may_write: mayWrite }) => mayWrite === 'unknown' || mayWrite === 'ask');
    if (named.length > 1 || (only !== undefined && unasked.length > 0))
      throw new MessageApiError('message.ambiguous', 'more than one machine may have an agent of this name', {
        details: { agent, machines: [...named, ...unasked].map((machine) => machine.address).join(', ') },
      });
    if (only === undefined)
      throw new MessageApiError('message.unknown-agent', 'no machine names an agent of this name', {
        details: { agent },
      });
    return { device: only.peer_id as PeerId, agent };
  }

  /** The same for a client that acts by itself on what comes back: foreign instances are unknown to it. @throws as `resolve` */
  async resolveDevice(text: string): Promise<AgentAddress> {
    const address = await this.resolve(text);
    if (this.#options.instances().some(({ peerId }) => peerId === address.device))
      throw new MessageApiError('peer.unknown', 'programs at the relay are not reached this way', {
        details: { name: text },
      });
    return address;
  }

  /** Asks a peer that can be reached for its agents, unless it said them lately. Never rejects. */
  async #ask(peerId: PeerId): Promise<void> {
    const { clock, isReachable, mayAsk } = this.#options;
    const known = this.#answers.get(peerId);
    if (known !== undefined && clock.monotonic() - known.at < MESSAGE_API_LIMITS.peersKept) return;
    if (!isReachable(peerId) || !mayAsk(peerId)) return;
    let asking = this.#asking.get(peerId);
    if (asking === undefined) {
      asking = this.#request(peerId).finally(() => this.#asking.delete(peerId));
      this.#asking.set(peerId, asking);
    }
    await withTimeout(clock, MESSAGE_API_LIMITS.peerTime, asking);
  }

  async #request(peerId: PeerId): Promise<void> {
    const { clock, session } = this.#options;
    const keep = (mayWrite: Answer['mayWrite'], agents: readonly AgentThere[]): void =>
      void this.#answers.set(peerId, { mayWrite, agents, at: clock.monotonic() });
    try {
      const signal = AbortSignal.timeout(MESSAGE_API_LIMITS.peerTime);
      keep('allow', await requestAgents(await session(peerId, signal)));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'rights.denied') keep('ask', []);
      if (code === 'message.older') keep('older', []);
    }
  }
}
