import type { Clock } from '#shared/clock.ts';
import { GatewaySocket } from './ask-gateway.ts';
import { defaultGateway } from './default-gateway.ts';
import { decodePmpAnswer, encodePmpAddressRequest, encodePmpMapping } from './nat-pmp.ts';
import { decodePcpAnswer, encodePcpMapping } from './pcp.ts';
import type { MappedPort, MappingMethod, MappingOutcome, MappingRequest } from './types.ts';
import { UpnpRouter } from './upnp.ts';

export type PortMapperOptions = Readonly<{
  clock: Clock;
  /** Finds the default router; default: of this system. */
  gateway?: (() => Promise<string | undefined>) | undefined;
  /** Protocols to try, in this order. */
  methods?: readonly MappingMethod[] | undefined;
}>;

type Conversation = Readonly<{ gateway: string; socket: GatewaySocket; signal: AbortSignal }>;

/**
 * Asks this machine's default IPv4 router to open ports, by PCP, NAT-PMP and UPnP in this order, and to close them again. Sends packets to that
 * router and to the multicast group of UPnP only. What the router answers is not trusted: callers check the address. Used by the hosted relay.
 */
export class PortMapper {
  readonly #clock: Clock;
  readonly #gateway: () => Promise<string | undefined>;
  readonly #methods: readonly MappingMethod[];

  constructor({ clock, gateway = defaultGateway, methods = ['pcp', 'nat-pmp', 'upnp'] }: PortMapperOptions) {
    this.#clock = clock;
    this.#gateway = gateway;
    this.#methods = methods;
  }

  /** Opens a port, or prolongs its mapping. Rejects only if the signal aborts. */
  async map(request: MappingRequest, signal: AbortSignal): Promise<MappingOutcome> {
    const outcomes: MappingOutcome[] = [];
    await this.#converse(signal, async (conversation) => {
      for (const method of this.#methods) {
        const outcome = await this.#mapBy(method, conversation, request);
        outcomes.push(outcome);
        if (outcome.kind === 'mapped') return;
      }
    });
    signal.throwIfAborted();
    return (
      outcomes.find(({ kind }) => kind === 'mapped') ??
      outcomes.find((outcome) => outcome.kind === 'refused' && outcome.reason === 'no-address') ??
      outcomes.find(({ kind }) => kind === 'refused') ?? { kind: 'none' }
    );
  }

  /** Closes a port that `map` has opened. Never rejects: a router that doesn't answer closes it at the end of its life. */
  async unmap(request: MappingRequest, mapped: MappedPort, signal: AbortSignal): Promise<void> {
    const removal = { ...request, life: 0, externalPort: mapped.port };
    await this.#converse(signal, async ({ gateway, socket }) => {
      switch (mapped.method) {
        case 'pcp': {
          const bytes = encodePcpMapping(socket.local, removal);
          await socket.ask(bytes, (answer) => decodePcpAnswer(answer, bytes), signal);
          return;
        }
        case 'nat-pmp': {
          const bytes = encodePmpMapping(removal);
          await socket.ask(bytes, (answer) => decodePmpAnswer(answer, bytes), signal);
          return;
        }
        case 'upnp': {
          const router = await UpnpRouter.find({ gateway, local: socket.local, clock: this.#clock, signal });
          await router?.unmap(request.protocol, mapped.port);
          return;
        }
      }
    });
  }

  async #converse(signal: AbortSignal, talk: (conversation: Conversation) => Promise<void>): Promise<void> {
    const gateway = await this.#gateway();
    if (gateway === undefined) return;
    let socket: GatewaySocket | undefined;
    try {
      socket = await GatewaySocket.open(gateway, this.#clock);
      await talk({ gateway, socket, signal });
    } catch {
      // Without a route, or ended by the signal.
    } finally {
      socket?.close();
    }
  }

  async #mapBy(
    method: MappingMethod,
    { gateway, socket, signal }: Conversation,
    request: MappingRequest,
  ): Promise<MappingOutcome> {
    switch (method) {
      case 'pcp':
        return mapByPcp(socket, request, signal);
      case 'nat-pmp':
        return mapByPmp(socket, request, signal);
      case 'upnp': {
        const router = await UpnpRouter.find({ gateway, local: socket.local, clock: this.#clock, signal });
        return router === undefined ? { kind: 'none' } : router.map(request);
      }
    }
  }
}

async function mapByPcp(socket: GatewaySocket, request: MappingRequest, signal: AbortSignal): Promise<MappingOutcome> {
  const bytes = encodePcpMapping(socket.local, request);
  const answer = await socket.ask(bytes, (text) => decodePcpAnswer(text, bytes), signal);
  if (answer === undefined || answer.kind === 'unsupported') return { kind: 'none' };
  if (answer.kind === 'refused') return refusal('pcp', answer.result);
  return outcome('pcp', answer.address, answer.port, answer.life);
}

async function mapByPmp(socket: GatewaySocket, request: MappingRequest, signal: AbortSignal): Promise<MappingOutcome> {
  const question = encodePmpAddressRequest();
  const outer = await socket.ask(question, (text) => decodePmpAnswer(text, question), signal);
  if (outer === undefined) return { kind: 'none' };
  if (outer.kind !== 'address') return refusal('nat-pmp', resultOf(outer));
  const bytes = encodePmpMapping(request);
  const answer = await socket.ask(bytes, (text) => decodePmpAnswer(text, bytes), signal);
  if (answer?.kind !== 'mapped') return refusal('nat-pmp', resultOf(answer));
  return outcome('nat-pmp', outer.address, answer.port, answer.life);
}

function resultOf(answer: Readonly<{ kind: string; result?: number }> | undefined): number | undefined {
  return answer?.result;
}

/** Network failure: the router has no address of its own outside (RFC 6887 section 7.4, RFC 6886 section 3.5). */
const NO_ADDRESS: Readonly<Record<'pcp' | 'nat-pmp', number>> = { pcp: 7, 'nat-pmp': 3 };

function refusal(method: 'pcp' | 'nat-pmp', result: number | undefined): MappingOutcome {
  const reason = result === NO_ADDRESS[method] ? 'no-address' : 'refused';
  return { kind: 'refused', method, reason, code: String(result ?? 'no-answer') };
}

function outcome(method: MappingMethod, address: string, port: number, life: number): MappingOutcome {
  if (port === 0 || life === 0) return { kind: 'refused', method, reason: 'refused', code: 'no-port' };
  return { kind: 'mapped', mapped: { method, address, port, life } };
}
