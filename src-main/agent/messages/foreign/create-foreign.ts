import type { ForeignInstanceView } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { addressText, FOREIGN_ASKED, FOREIGN_QUESTIONS, type AgentAddress } from '#shared/messages/index.ts';
import { SenderBudget } from '#shared/sender-budget.ts';
import type { DocumentFile } from '#shared/storage.ts';
import type { Core } from '../../core/core.ts';
import type { Handlers } from '../../core/module.ts';
import type { NetworkModule } from '../../network/index.ts';
import type { StreamsModule } from '../../streams/index.ts';
import { MessageError } from '../errors.ts';
import type { ForeignArrival, ForeignAuthorize, ForeignTaken } from '../inbox/foreign-server.ts';
import { describeMessage } from '../inbox/describe-message.ts';
import type { MessageService } from '../message-service.ts';
import type { ForeignPort, ForeignSending } from './foreign-port.ts';
import { InstanceBook, type InstanceRecord } from './instance-book.ts';
import { RelayInstances } from './relay-instances.ts';

/** Shortest time between two events about instances, ms. */
const PACE = 500;
/** ID of the length that all have, to measure a message that has none yet. */
const ANY_ID = '0'.repeat(32);

/** Error for a sender that doesn't know yet who can read its message, with the next step for a program. */
const UNTOLD =
  'the relay can read messages to this program; send it with "relay_can_read": true, once for each program, if your user agrees';

/** Message of an agent here, before it is queued. `relayCanRead`: its sender has said that it knows that. */
type Unsent = Readonly<{
  from: string;
  to: AgentAddress;
  body: string;
  replyTo?: string | undefined;
  relayCanRead?: boolean | undefined;
}>;

/** Foreign instances as the module of messages uses them. */
export type Foreign = Readonly<{
  port: ForeignPort;
  handlers: Handlers;
  /** Returns all instances that are known, those that are connected first. */
  views(): readonly ForeignInstanceView[];
  has(peerId: PeerId): boolean;
  /** Finds an instance, and returns its address, as `InstanceBook`. */
  instances: Pick<InstanceBook, 'find' | 'named' | 'addressOf' | 'hasName'>;
  /**
   * Checks that a message to an instance may be queued, and remembers that its sender was told.
   * @throws {MessageError} `message.relay-reads`, `message.too-large`, `message.instances`
   */
  requireTold(message: Unsent): void;
  agentRemoved(agent: string): void;
  stop(): void;
}>;

/**
 * Creates the exchange of messages with foreign instances through the relay. Each is a principal, with at most the right `message`, of which the relay
 * alone says who it is. Called by `createMessages`.
 * @throws {StoreError} if `instances.json` can't be used
 */
export function createForeign(
  core: Core,
  {
    file,
    network: { network },
    streams,
    service,
    loaded,
  }: Readonly<{
    file: DocumentFile;
    network: Pick<NetworkModule, 'network'>;
    streams: Pick<StreamsModule, 'authorizeMessage'>;
    service(): MessageService;
    /** Resolves when both boxes were read; to the problem if they can't be. */
    loaded(): Promise<unknown>;
  }>,
): Foreign {
  const { audit, clock, closing, crypto, events, identity, logger: coreLogger, policy, principals, views } = core;
  const logger = coreLogger.child({ part: 'instances' });
  const book = new InstanceBook({ file, crypto, logger });
  principals.add(book);
  const { relay } = network;
  const questions = new SenderBudget(clock, FOREIGN_QUESTIONS);
  const refusals = new SenderBudget(clock, FOREIGN_QUESTIONS);
  let asked = 0;

  const addressOf = ({ peerId, from }: ForeignArrival): string => `${book.addressOf(peerId) ?? ''}/${from}`;
  const ask: ForeignAuthorize = async (arrival, signal) => {
    const { peerId, to, body } = arrival;
    // The relay can name as many instances as it likes: together they ask no more than one peer may.
    if (asked >= FOREIGN_ASKED || !questions.take(peerId)) return { code: 'rights.unasked' };
    asked += 1;
    try {
      const { detail, ...text } = describeMessage(to, body);
      const facts = [
        { fact: 'sender', value: addressOf(arrival) },
        { fact: 'vouches', value: book.find(peerId)?.relay ?? '' },
      ] as const;
      return await streams.authorizeMessage(peerId, { detail, facts, subject: arrival.id, ...text }, signal);
    } finally {
      asked -= 1;
    }
  };
  const authorize: ForeignAuthorize = async (arrival, signal) => {
    const { peerId } = arrival;
    const decision = policy.decision(peerId, 'message');
    if (decision === 'deny') return { code: 'rights.denied' };
    const refused = decision === 'allow' ? undefined : await ask(arrival, signal);
    if (refused === undefined) book.keep(peerId);
    return refused;
  };
  const take = async (arrival: ForeignArrival): Promise<ForeignTaken> => {
    if ((await loaded()) !== undefined) return 'dropped';
    const taken = await service().takeForeign(arrival, authorize, closing);
    const code = taken === 'unknown-agent' ? 'message.unknown-agent' : typeof taken === 'object' && taken.refused;
    if (typeof code === 'string' && refusals.take(arrival.peerId)) {
      const name = principals.get(arrival.peerId)?.name ?? '';
      audit.record('message.refused', { peer: arrival.peerId, name, agent: arrival.to, code });
    }
    return taken;
  };

  let timer: Timer | undefined;
  const changed = (): void => {
    if (!views.isWatched) return;
    timer ??= clock.setTimer(PACE, () => {
      timer = undefined;
      if (!closing.aborted) views.broadcast('instances.changed', [...allViews()]);
    });
  };
  const instances = new RelayInstances({
    ownId: identity.peerId,
    book,
    clock,
    logger,
    relay: {
      get keyOnline() {
        return relay.keyOnline;
      },
      get address() {
        return relay.address;
      },
      sendMessage: async (to, body) => await relay.sendMessage(to, body),
    },
    take,
    onConnected: (id) => {
      void loaded().then((problem) => {
        if (problem === undefined) service().foreignConnected(id);
      });
    },
    onChange: changed,
  });
  events.on('relay.message', (message) => instances.received(message));
  events.on('relay.changed', () => instances.relayChanged());
  book.onChange(changed);

  const viewOf = ({ id, name, relay: vouching, told }: InstanceRecord): ForeignInstanceView => ({
    peerId: id,
    name,
    address: book.addressOf(id) ?? id,
    relay: vouching,
    isOnline: instances.isOnline(id),
    agents: instances.isOnline(id) ? [...(instances.agentsOf(id) ?? [])] : null,
    message: policy.decision(id, 'message'),
    told: [...told],
  });
  const allViews = (): readonly ForeignInstanceView[] =>
    book.instances.map(viewOf).toSorted((one, other) => Number(other.isOnline) - Number(one.isOnline));

  return {
    port: instances,
    views: allViews,
    has: (peerId) => instances.has(peerId),
    instances: book,
    requireTold: ({ from, to, body, replyTo, relayCanRead = false }) => {
      const instance = book.find(to.device);
      if (instance === undefined) return;
      const sending: ForeignSending = {
        id: ANY_ID,
        from: addressText({ device: identity.peerId, agent: from }),
        to: to.agent,
        body,
        replyTo,
      };
      if (!instances.fits(sending, instance.name))
        throw new MessageError('message.too-large', 'the message is too large for the relay');
      if (relayCanRead) book.tell(instance.id, from);
      if (!book.wasTold(instance.id, from))
        throw new MessageError('message.relay-reads', UNTOLD, {
          details: { name: book.addressOf(instance.id) ?? instance.name, relay: instance.relay },
        });
    },
    agentRemoved: (agent) => book.agentRemoved(agent),
    stop: () => {
      timer?.cancel();
      instances.close();
    },
    handlers: {
      'instances.list': async () => [...allViews()],
      'instances.setRight': async ({ instance, message }) => {
        const { id } = book.named(instance);
        // The person has reviewed what it may do: it may ask again.
        if (message === 'ask') core.approvals.mayAskAgain(id, 'message');
        policy.set(id, 'message', message);
        return viewOf(book.named(id));
      },
      'instances.forget': async ({ instance }) => {
        const { id } = book.named(instance);
        book.remove(id);
        await service()
          .forget(id)
          .catch((error: unknown) => {
            logger.error('messages of a forgotten instance could not be removed', { errorCode: errorCode(error) });
          });
        return {};
      },
    },
  };
}
