import { isDeepStrictEqual } from 'node:util';
import type { AgentView, MessageView } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { nextTurn } from '#shared/next-turn.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LOOP_LIMITS, MESSAGE_LIFE, parseAddress, type MessageState } from '#shared/messages/index.ts';
import type { DocumentFile, JournalFile } from '#shared/storage.ts';
import { postJson } from '#node/webhook/index.ts';
import type { AgentTransfersSlot } from '../core/agent-transfers.ts';
import type { AgentPromptsSlot } from '../core/agent-prompts.ts';
import type { Core } from '../core/core.ts';
import type { Handlers, Module } from '../core/module.ts';
import { answerPeer } from '../core/peer-question.ts';
import type { NetworkModule } from '../network/index.ts';
import type { PauseModule } from '../pause/index.ts';
import type { StreamsModule } from '../streams/index.ts';
import { MessageAddresses } from './addresses.ts';
import { ApiViews } from './api/api-views.ts';
import { MessageApi, type MessageApiFiles } from './api/message-api.ts';
import { MessageChanges } from './api/message-changes.ts';
import { AttachedFiles } from './agents/attached-files.ts';
import { AgentFiles } from './agents/agent-files.ts';
import { AgentBook, PERSON, type AgentChange, type LocalAgent } from './agents/agent-book.ts';
import { agentsAnswer, requestAgents } from './agents/agents-question.ts';
import { AgentDeliveries } from './delivery/agent-deliveries.ts';
import { describeDelivery } from './delivery/describe-delivery.ts';
import { fitBody } from './delivery/fit-body.ts';
import { OpenClawDeliverer } from './delivery/openclaw-deliverer.ts';
import { WebhookDeliverer, type WebhookSecrets } from './delivery/webhook-deliverer.ts';
import { createForeign } from './foreign/create-foreign.ts';
import { MessageError } from './errors.ts';
import type { InboxEntry } from './inbox/inbox.ts';
import { isOver } from './inbox/visibility.ts';
import { MessageList } from './message-list.ts';
import { MessageSender, type OwnMessage } from './message-sender.ts';
import { MessageService } from './message-service.ts';
import { MessageViews } from './message-views.ts';
import type { OutboxEntry } from './outbox/outbox-entry.ts';

/** Shortest time between two events about agents, ms. */
const AGENTS_PACE = 500;
/** States of messages that don't arrive. */
const NOT_ARRIVING: ReadonlySet<MessageState> = new Set(['refused', 'expired', 'cancelled', 'lost']);
/** Time that the boxes have to be written when the agent closes, ms. */
const CLOSE_TIMEOUT = 2000;

/** Files of the messages. */
export type MessageFiles = Readonly<{
  /** `agents.json`: agents of this machine. */
  agents: DocumentFile;
  /** `instances.json`: foreign instances on which a person has decided, or with which messages were exchanged. */
  instances: DocumentFile;
  /** `outbox.journal` and `inbox.journal`. */
  outbox: JournalFile;
  inbox: JournalFile;
  /** Files and addresses of the local API; undefined: programs have none. */
  api?: MessageApiFiles | undefined;
  /** `agents/NAME.webhook`: secrets of webhooks. */
  webhooks: WebhookSecrets;
}>;

export type MessagesDependencies = Readonly<{
  /** Files of the messages; undefined: this agent exchanges none. */
  messages?: MessageFiles | undefined;
  agentPrompts: AgentPromptsSlot;
  agentTransfers: AgentTransfersSlot;
  network: Pick<NetworkModule, 'network'>;
  pause: PauseModule['pause'];
  streams: Pick<StreamsModule, 'serveMessages' | 'authorizePrompt' | 'authorizeMessage'>;
}>;

/**
 * Creates the module for messages between agents of this machine and of its peers. Keeps them on the disk, delivers them when the other machine is there,
 * takes those of peers that have the right `message`, and answers the calls `agents.*` and `messages.*`. Writes the audit log. Called by `Agent`.
 * @throws {StoreError} if `agents.json` can't be used
 */
export function createMessages(
  core: Core,
  { messages: files, agentPrompts, agentTransfers, network: { network }, pause, streams }: MessagesDependencies,
): Module {
  if (files === undefined) return {};
  const { audit, clock, closing, crypto, events, identity, logger: coreLogger, peers, policy, settings, views } = core;
  const logger = coreLogger.child({ part: 'messages' });
  const agents = new AgentBook(files.agents, logger);
  const messageViews = new MessageViews({
    now: () => clock.now(),
    nameOf: (peerId) => addresses.shown(peerId),
    problemOf: (peerId) => service.problemOf(peerId),
    deliveryProblemOf: (entry) => deliveries.problemOf(entry),
    filesOf: (...message) => agentFiles.filesOf(...message),
    isHeldHere: ({ id, to }) => to.device === identity.peerId && service.inbox.get(id)?.held !== undefined,
  });
  /** Views of changed messages that are sent after this turn of the event loop. A message changes several times in one. */
  const changes = new Map<string, () => MessageView>();
  const changed = (key: string, view: () => MessageView): void => {
    if (!views.isWatched) return;
    changes.set(key, view);
    if (changes.size === 1)
      void nextTurn(clock).then(() => {
        const sent = [...changes.values()];
        changes.clear();
        for (const each of sent) views.broadcast('message.changed', each());
      });
    agentsChanged();
  };
  /** Changes for the local API, each at once. */
  const boxChanges = new MessageChanges();
  const ownName = (): string => settings.value.deviceName;
  const foreign = createForeign(core, {
    file: files.instances,
    network: { network },
    streams,
    service: () => service,
    loaded: async () => await loaded,
  });
  const addresses = new MessageAddresses({ ownId: identity.peerId, ownName, peers, instances: foreign.instances });
  const service = new MessageService({
    outbox: files.outbox,
    inbox: files.inbox,
    clock,
    crypto,
    identity,
    logger,
    random: Math.random,
    network,
    loopLimits: () => settings.value.messageLoops ?? LOOP_LIMITS,
    foreign: foreign.port,
    keyOf: (peerId) => peers.signingKeyOf(peerId),
    unfit: (agent) => (agents.get(agent) === undefined ? { code: 'message.unknown-agent' } : undefined),
    onSent: (entry) => {
      attached.add(entry);
      // Its files would come without it.
      if (NOT_ARRIVING.has(entry.state)) void agentFiles.drop(entry);
      boxChanges.emit({ box: 'out', entry, isRemoved: false });
      changed(`out ${entry.id}`, () => messageViews.sent(entry));
    },
    onReceived: (entry) => {
      attached.add(entry);
      if (entry.state === 'stored' && entry.held !== undefined && entry.since === entry.arrivedAt)
        audit.record('message.held', { peer: entry.from.device, name: nameOf(entry.from.device), agent: entry.agent });
      boxChanges.emit({ box: 'in', entry, isRemoved: false });
      deliveries.changed(entry);
      changed(`in ${entry.id}`, () => messageViews.received(entry));
      // Between two agents of this device, the sender's view tells that it is held.
      const sent = entry.from.device === identity.peerId ? service.outbox.get(entry.id) : undefined;
      if (sent !== undefined) changed(`out ${entry.id}`, () => messageViews.sent(sent));
    },
    onRemoved: (removed) => {
      attached.remove(removed.entry);
      boxChanges.emit({ ...removed, isRemoved: true });
      agentsChanged();
    },
    onRefused: ({ peerId, name }, message, code) =>
      audit.record('message.refused', {
        peer: peerId,
        name,
        agent: message.to.slice(message.to.indexOf('/') + 1),
        code,
      }),
    onProblem: (peerId) => {
      for (const entry of service.outbox.list())
        if (entry.to.device === peerId && entry.pair.pending.includes(entry))
          changed(`out ${entry.id}`, () => messageViews.sent(entry));
    },
  });
  const addressOf = (peerId: PeerId): string => addresses.shown(peerId) ?? peerId;
  const apiViews = new ApiViews({
    ownId: identity.peerId,
    views: messageViews,
    addressOf,
    filesOf: (...message) => agentFiles.filesOf(...message),
  });
  const deliveries = new AgentDeliveries({
    clock,
    logger,
    random: Math.random,
    inbox: service.inbox,
    deliverers: {
      openclaw: new OpenClawDeliverer({
        prompts: () => agentPrompts.current,
        clock,
        crypto,
        ownId: identity.peerId,
        addressOf,
        agentFiles: {
          filesOf: (...message) => agentFiles.filesOf(...message),
          untilArrived: async (...message) => await agentFiles.untilArrived(...message),
        },
      }),
      webhook: new WebhookDeliverer({
        secrets: files.webhooks,
        post: postJson,
        clock,
        crypto,
        view: (...message) => apiViews.received(...message),
      }),
    },
    agent: (name) => agents.get(name),
    mayAct: (device) => (device === identity.peerId ? 'allow' : policy.decision(device, 'prompt')),
    ask: async ({ id, from, to, body }, signal) => {
      const { agent } = parseAddress(to);
      let wasAsked = false;
      const refusal = await streams.authorizePrompt(
        parseAddress(from).device,
        describeDelivery(agent, body, id),
        signal,
        () => {
          wasAsked = true;
        },
      );
      return refusal === undefined ? undefined : { code: refusal.code, wasAsked };
    },
    isPaused: () => pause.current !== undefined,
    settle: async (id, state) => await service.settle(id, state, true),
    reply: async ({ id, from, agent, thread, hops }, body) => {
      await service.send({
        from: agent,
        to: from,
        body: fitBody(body),
        media: 'text/plain',
        thread,
        replyTo: id,
        life: MESSAGE_LIFE,
        auto: true,
        hops,
        idempotencyKey: `answer ${id}`,
      });
    },
    onProblem: (entry) => changed(`in ${entry.id}`, () => messageViews.received(entry)),
    onDelivered: ({ from: { device }, agent }) => {
      if (device !== identity.peerId) audit.record('message.delivered', { peer: device, name: nameOf(device), agent });
    },
  });
  const nameOf = (peerId: PeerId): string => core.principals.nameOf(peerId) ?? '';
  /** Resolves when both boxes were read; to the problem if they can't be. */
  let loaded: Promise<unknown> = Promise.resolve('not started');

  let timer: Timer | undefined;
  const agentView = (agent: LocalAgent, received: readonly InboxEntry[]): AgentView => {
    const own = received.filter(
      (entry) => entry.agent === agent.name && entry.state === 'stored' && !isOver(entry, clock.now()),
    );
    const held = own.filter((entry) => entry.held !== undefined).length;
    const { name, description, http, files: folder, intake, deliverer } = agent;
    const openclaw =
      deliverer?.kind === 'openclaw'
        ? { gateway: agentPrompts.current?.nameOf(deliverer.gateway) ?? deliverer.gateway, agent: deliverer.agent }
        : null;
    return {
      name,
      description,
      builtIn: name === PERSON,
      waiting: own.length - held,
      held,
      http,
      files: folder,
      intake,
      openclaw,
      webhook: deliverer?.kind === 'webhook' ? deliverer.url : null,
      webhookSecret: deliverer?.kind === 'webhook' ? files.webhooks.pathOf(name) : null,
      tokenFile: api?.tokenFile(name) ?? null,
    };
  };
  const agentViews = (): AgentView[] => {
    const received = service.inbox.list();
    return agents.list().map((agent) => agentView(agent, received));
  };
  const agentsChanged = (): void => {
    if (!views.isWatched) return;
    timer ??= clock.setTimer(AGENTS_PACE, () => {
      timer = undefined;
      if (!closing.aborted) views.broadcast('agents.changed', agentViews());
    });
  };
  const requireAgent = (name: string): LocalAgent => {
    const agent = agents.get(name);
    if (agent === undefined)
      throw new MessageError('local-agent.unknown', 'no such agent', { details: { agent: name } });
    return agent;
  };
  const ready = async (): Promise<void> => {
    const problem = await loaded;
    if (problem !== undefined)
      throw new MessageError('message.unavailable', 'the boxes can not be read', { cause: problem });
  };
  const agentFiles = new AgentFiles({ agents, requireAgent, transfers: agentTransfers });
  /** Tells of messages whose files have another state. */
  const attached = new AttachedFiles((id) => {
    const sent = service.outbox.get(id);
    if (sent !== undefined) changed(`out ${id}`, () => messageViews.sent(sent));
    const received = service.inbox.get(id);
    if (received !== undefined) changed(`in ${id}`, () => messageViews.received(received));
    boxChanges.emitFiles(id);
  });
  const sender = new MessageSender({
    ownId: identity.peerId,
    service,
    agentFiles,
    requireAgent,
    requireCompared: (peerId) => peers.requireCompared(peerId),
    foreign,
  });
  const send = async (message: OwnMessage): Promise<OutboxEntry> => {
    await ready();
    return await sender.send(message);
  };
  const list = new MessageList({ ownId: identity.peerId, clock, service, views: messageViews });
  const api =
    files.api === undefined
      ? undefined
      : new MessageApi({
          files: files.api,
          crypto,
          clock,
          logger,
          version: core.version,
          boxes: {
            inbox: service.inbox,
            outbox: service.outbox,
            changes: boxChanges,
            send,
            cancel: async (id) => await service.cancel(id),
            settle: async (id, state) => await service.settle(id, state),
            acknowledge: async (id) => await service.acknowledge(id),
          },
          views: messageViews,
          agents: () => agents.list(),
          directory: {
            ownId: identity.peerId,
            clock,
            ownName,
            ownAgents: () => agents.list().map(({ name, description }) => ({ name, description })),
            peers: () => peers.list().filter(({ peerId }) => !peers.isBrowser(peerId)),
            addresses,
            instances: () => foreign.views(),
            isReachable: (peerId) => network.isReachable(peerId),
            mayAsk: (peerId) => peers.hasConfirmedWords(peerId),
            session: async (peerId, signal) => await network.session(peerId, signal),
          },
          addressOf,
          agentFiles,
          addresses,
        });
  /** Returns the deliverer that a change sets; undefined if it sets none. @throws {ClawReachError} `remote.no-gateway`, `local-agent.two-deliverers` */
  const delivererOf = (
    { openclaw = null, webhook = null, ...given }: DelivererChange,
    before: LocalAgent['deliverer'],
  ): AgentChange['deliverer'] => {
    if (openclaw !== null && webhook !== null)
      throw new MessageError('local-agent.two-deliverers', 'an agent has one deliverer');
    if (webhook !== null) return { kind: 'webhook', url: webhook };
    if (openclaw === null) return given.removes.some((kind) => kind === before?.kind) ? null : undefined;
    const { current } = agentPrompts;
    const details = { name: openclaw.gateway };
    if (current === undefined) throw new MessageError('remote.no-gateway', 'this device has no gateways', { details });
    return { kind: 'openclaw', gateway: current.find(openclaw.gateway).id, agent: openclaw.agent };
  };

  streams.serveMessages({
    serve: async (stream, caller) => {
      if ((await loaded) === undefined) await service.serve(stream, caller);
      else stream.refuse('message.unavailable', 'this device takes no messages now');
    },
    answerAgents: (stream, peerId) => {
      const own = agents.list();
      const named = policy.named(
        peerId,
        own.map(({ name }) => name),
      );
      if (named !== undefined)
        answerPeer(
          stream,
          agentsAnswer(
            own.flatMap(({ name, description }) => (named.has(name) ? [{ name, description }] : [])),
            stream.params,
          ),
        );
      else stream.refuse('rights.denied', 'this device does not name its agents to you');
    },
  });
  events.on('peer.linked', ({ peerId }) => service.linked(peerId));
  events.on('links.changed', () => service.reachableChanged());
  const stopListening = policy.onChange(({ peerId, right, decision }) => {
    if (right !== 'prompt') return;
    // What runs under a one-time approval ends as well, since the person has just decided differently.
    if (decision !== 'allow') deliveries.revoke(peerId);
    // Also with "ask": what was barred before is asked about.
    deliveries.retryAll();
  });
  events.on('pause.changed', ({ paused }) => {
    if (!paused) deliveries.retryAll();
  });
  const stopWatchingName = settings.onChange(() => addresses.changed());
  events.on('peers.changed', (change) => {
    addresses.changed();
    if (change.kind !== 'removed') return;
    deliveries.revoke(change.peerId);
    service.forget(change.peerId).catch((error: unknown) => {
      logger.error('messages of a removed peer could not be removed', { errorCode: errorCode(error) });
    });
  });

  const handlers: Handlers = {
    ...foreign.handlers,
    'agents.list': async () => agentViews(),
    'agents.set': async ({ name, openclaw, webhook, ...change }) => {
      await ready();
      const before = agents.get(name);
      const removes = [...(openclaw === null ? ['openclaw'] : []), ...(webhook === null ? ['webhook'] : [])];
      const deliverer = delivererOf({ openclaw, webhook, removes }, before?.deliverer ?? null);
      // The secret is there before the first message needs it.
      if (deliverer?.kind === 'webhook' && name !== PERSON) await files.webhooks.secret(name);
      const agent = agents.set(name, { ...change, deliverer });
      audit.record(before === undefined ? 'agent.added' : 'agent.changed', { agent: name });
      if (agent.deliverer?.kind !== 'webhook') await files.webhooks.remove(name);
      // Another description ends nothing that runs.
      if (isDeepStrictEqual([before?.intake, before?.deliverer], [agent.intake, agent.deliverer]))
        deliveries.retryAll();
      else deliveries.agentChanged(name);
      agentsChanged();
      await api?.sync();
      return agentView(agent, service.inbox.list());
    },
    'agents.setFiles': async ({ name, folder }) => {
      await ready();
      const agent = await agentFiles.grant(name, folder);
      audit.record('agent.files', { agent: name, folder: agent.files ?? '' });
      agentsChanged();
      return agentView(agent, service.inbox.list());
    },
    'agents.sendFiles': async ({ agent, peer, paths, key, folder }) =>
      (await agentFiles.send(agent, addresses.find(peer), paths, { key, told: folder })).transfer,
    'agents.renewToken': async ({ name }) => {
      const agent = requireAgent(name);
      if (name === PERSON) throw new MessageError('local-agent.person', 'the person at this machine has no token');
      audit.record('agent.token-renewed', { agent: name });
      await api?.renew(name);
      return agentView(agent, service.inbox.list());
    },
    'agents.remove': async ({ name }) => {
      await agentFiles.end(name);
      agents.remove(name);
      peers.forgetAgent(name);
      foreign.agentRemoved(name);
      audit.record('agent.removed', { agent: name });
      await files.webhooks.remove(name);
      deliveries.agentChanged(name);
      agentsChanged();
      await api?.sync();
      return {};
    },
    'agents.there': async ({ peer }, { signal }) => {
      const peerId = addresses.find(peer);
      if (peerId === identity.peerId) return agents.list().map(({ name, description }) => ({ name, description }));
      const named = foreign.views().find((instance) => instance.peerId === peerId);
      if (named !== undefined) return (named.agents ?? []).map((name) => ({ name, description: '' }));
      peers.requireCompared(peerId);
      return [...(await requestAgents(await network.session(peerId, signal)))];
    },
    'messages.addresses': async () => {
      const known = [identity.peerId, ...peers.list().map(({ peerId }) => peerId)];
      return [
        ...known.map((peerId) => ({ peerId, address: addressOf(peerId) })),
        ...foreign.views().map(({ peerId, address }) => ({ peerId, address })),
      ];
    },
    'messages.send': async ({ from = PERSON, peer, agent, body, media = 'text/plain', expiresIn, ...rest }) => {
      const to = { device: addresses.find(peer), agent };
      return messageViews.sent(await send({ ...rest, from, to, body, media, life: expiresIn }), body);
    },
    'messages.sendFiles': async ({
      from = PERSON,
      peer,
      agent,
      body,
      media = 'text/plain',
      expiresIn,
      files: paths,
      folder,
      ...rest
    }) => {
      const to = { device: addresses.find(peer), agent };
      const files = { files: paths, ofAgent: folder !== undefined, told: folder };
      return messageViews.sent(await send({ ...rest, from, to, body, media, life: expiresIn, files }), body);
    },
    'messages.get': async ({ id, direction, from }) => {
      await ready();
      return await list.view(id, direction, from);
    },
    'messages.list': async ({ peer, before, limit, ...filter }) => {
      await ready();
      const device = peer === undefined ? undefined : addresses.find(peer);
      return list.page({ ...filter, device }, before, limit);
    },
    'messages.conversations': async () => {
      await ready();
      return list.conversations();
    },
    'messages.cancel': async ({ id }) => {
      await ready();
      return messageViews.sent(await service.cancel(id));
    },
    'messages.settle': async ({ id, state }) => {
      await ready();
      await service.settle(id, state);
      return await list.view(id);
    },
    'messages.take': async (input, { connection, signal, progress }) => {
      await ready();
      if (api === undefined) throw new MessageError('message.unavailable', 'programs have no messages here');
      progress({});
      requireAgent(input.agent);
      const taken = await api.take(input, connection, signal);
      return await Promise.all(taken.map(async ({ id, again }) => ({ message: await list.view(id), again })));
    },
    'messages.release': async ({ id }) => {
      await ready();
      await deliveries.release(id, async () => await service.release(id));
      return await list.view(id);
    },
    'messages.loops': async () => ({ ...(settings.value.messageLoops ?? LOOP_LIMITS) }),
    'messages.setLoops': async ({ inARow, inTenMinutes }) => {
      const before = settings.value.messageLoops ?? LOOP_LIMITS;
      const messageLoops = { inARow: inARow ?? before.inARow, inTenMinutes: inTenMinutes ?? before.inTenMinutes };
      if (isDeepStrictEqual(before, messageLoops)) return messageLoops;
      settings.update((current) => ({ ...current, messageLoops }));
      audit.record('message.loops', messageLoops);
      return messageLoops;
    },
  };
  return {
    handlers,
    prepare: async () => {
      // An agent whose boxes are damaged still opens terminals.
      loaded = service.load().then(
        () => undefined,
        (error: unknown) => {
          logger.error('the boxes of messages can not be read', { errorCode: errorCode(error) });
          return error;
        },
      );
      await loaded;
    },
    start: () => {
      // A problem is in the log; the next change of an agent tries again.
      if (api !== undefined)
        void loaded.then((problem) => (problem === undefined ? api.open() : undefined)).catch(() => undefined);
      attached.follow(agentFiles);
      agentPrompts.current?.onConnected(() => deliveries.retryAll());
      void loaded.then((problem) => {
        if (problem === undefined && !closing.aborted) deliveries.start();
      });
    },
    stop: () => {
      timer?.cancel();
      foreign.stop();
      stopListening();
      stopWatchingName();
      deliveries.close();
    },
    close: async () => {
      await api?.close();
      await service.close();
    },
    closeTimeout: CLOSE_TIMEOUT,
  };
}

/** Deliverer that a call sets, and the kinds that it removes. */
type DelivererChange = Readonly<{
  openclaw?: AgentView['openclaw'] | undefined;
  webhook?: string | null | undefined;
  removes: readonly string[];
}>;
