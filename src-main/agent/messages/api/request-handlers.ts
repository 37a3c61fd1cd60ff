import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import type { Clock } from '#shared/clock.ts';
import {
  MESSAGE_API_LIMITS,
  MESSAGE_API_ROUTES,
  messageApiDocument,
  type ApiPeer,
  type MessageApiRouteName,
  type MessageApiRoutes,
} from '#shared/message-api/index.ts';
import { hasEnded, isUnconfirmed } from '#shared/messages/index.ts';
import type { MessageAddresses } from '../addresses.ts';
import type { LocalAgent } from '../agents/agent-book.ts';
import type { AgentFiles } from '../agents/agent-files.ts';
import { MessageError } from '../errors.ts';
import type { AgentMessages } from './agent-messages.ts';
import { apiTransfer, retryOf, type ApiViews } from './api-views.ts';
import { streamEvents } from './event-stream.ts';
import type { Holder } from './hand-out-queue.ts';
import type { PeerDirectory } from './peer-directory.ts';

/** Checked parts of a request. */
type Parts<Name extends MessageApiRouteName> = Readonly<{
  params: MessageApiRoutes[Name] extends { params: infer Schema extends z.ZodType } ? z.output<Schema> : unknown;
  query: MessageApiRoutes[Name] extends { query: infer Schema extends z.ZodType } ? z.output<Schema> : unknown;
  input: MessageApiRoutes[Name] extends { input: infer Schema extends z.ZodType } ? z.output<Schema> : unknown;
  /** Value of the header that the route reads. */
  header: string | undefined;
}>;

/** Request of an agent's program. */
export type ApiCall = Readonly<{
  agent: LocalAgent;
  request: IncomingMessage;
  response: ServerResponse;
  holder: Holder;
  /** Aborted when the program is gone, its token is no longer good, or the server closes. */
  signal: AbortSignal;
}>;

/** Answer of a handler; undefined if it has answered itself. */
export type ApiAnswer = Readonly<{ status: number; value: unknown }> | undefined;

export type ApiHandlers = {
  readonly [Name in MessageApiRouteName]: (parts: Parts<Name>, call: ApiCall) => Promise<ApiAnswer>;
};

/** Routes whose requests may wait. */
export function mayWait(name: MessageApiRouteName, query: unknown, input: unknown): boolean {
  if (name === 'events') return true;
  if (name === 'inbox') return ((query as Parts<'inbox'>['query']).wait ?? 0) > 0;
  if (name === 'get') return ((query as Parts<'get'>['query']).wait ?? 0) > 0;
  if (name === 'getFiles') return ((query as Parts<'getFiles'>['query']).wait ?? 0) > 0;
  return name === 'send' && ((input as Parts<'send'>['input']).wait ?? 'queued') !== 'queued';
}

/** Creates the handlers of the routes. */
export function createApiHandlers(
  options: Readonly<{
    messages: AgentMessages;
    directory: PeerDirectory;
    clock: Clock;
    /** Returns the name of this machine. */
    machine(): string;
    files: AgentFiles;
    /** Addresses of machines. */
    addresses: Pick<MessageAddresses, 'find'>;
    addressOf: ConstructorParameters<typeof ApiViews>[0]['addressOf'];
  }>,
): ApiHandlers {
  const { messages, directory, clock, machine, files: agentFiles, addresses, addressOf } = options;
  const ok = (value: unknown): ApiAnswer => ({ status: 200, value });
  return {
    send: async ({ input, header: key }, { agent, holder, signal }) => {
      const { to, body, media = 'text/plain', thread, reply_to: replyTo, expires_in: expires, wait = 'queued' } = input;
      const recipient = await directory.resolve(to);
      const life = expires === undefined ? undefined : expires * 1000;
      const { relay_can_read: relayCanRead, files: paths } = input;
      const files = paths === undefined ? undefined : { files: paths, ofAgent: true };
      const message = { from: agent.name, to: recipient, body, media, thread, replyTo, life, key, relayCanRead, files };
      const entry = await messages.send(message);
      const { id } = entry;
      const patience = (input.timeout ?? MESSAGE_API_LIMITS.usualTimeout) * 1000;
      if (wait === 'queued')
        return { status: 202, value: { id, state: entry.state, code: entry.code ?? null, ...retryOf(entry) } };
      const reply =
        wait === 'reply'
          ? await messages.reply(entry, holder, (now) => hasEnded(now.state), patience, signal)
          : undefined;
      if (wait === 'stored') await messages.settled(entry, ({ state }) => !isUnconfirmed(state), patience, signal);
      // The API ends: the program asks again, and nothing is said about a message that goes on.
      if (signal.aborted) throw new MessageError('message.unavailable', 'the wait was ended');
      const isOver = wait === 'stored' ? !isUnconfirmed(entry.state) : reply !== undefined || hasEnded(entry.state);
      return {
        status: isOver ? 200 : 202,
        value: {
          id,
          state: entry.state,
          code: entry.code ?? null,
          ...retryOf(entry),
          ...(reply === undefined ? {} : { reply }),
        },
      };
    },
    ended: async (_, { agent }) => ok(messages.endedFiles(agent.name)),
    get: async ({ params: { id }, query: { wait = 0 } }, { agent, signal }) =>
      ok(await messages.getWithin(agent.name, id, wait * 1000, signal)),
    cancel: async ({ params: { id } }, { agent, signal }) => {
      const { state } = await messages.cancel(agent.name, id, signal);
      return { status: state === 'cancelled' ? 200 : 202, value: await messages.get(agent.name, id) };
    },
    inbox: async ({ query: { wait = 0, limit = MESSAGE_API_LIMITS.messages, after } }, { agent, holder, signal }) => {
      const options = { most: limit, after: messages.numberOf(after) };
      const handed = await messages.handOutWithin(agent.name, holder, options, wait * 1000, signal);
      const cursor = messages.cursor(handed.at(-1)?.number);
      return ok({
        messages: handed.map(({ message }) => message),
        cursor: handed.length > 0 ? cursor : (after ?? cursor),
      });
    },
    ack: async ({ input: { ids, read = true } }, { agent }) =>
      ok({ acknowledged: await messages.acknowledge(agent.name, ids, read) }),
    events: async ({ query, header: last }, { agent, response, holder, signal }) => {
      const handsOut = query.messages !== 'none';
      await streamEvents(response, { messages, agent: agent.name, clock, holder, handsOut, last, signal });
      response.end();
      return undefined;
    },
    sendFiles: async ({ input: { to, paths }, header: key }, { agent }) => {
      const transfer = await agentFiles.send(agent.name, addresses.find(to), paths, { key });
      return { status: 202, value: apiTransfer(transfer, addressOf) };
    },
    getFiles: async ({ params: { id }, query: { wait = 0 } }, { agent, signal }) =>
      ok(apiTransfer(await agentFiles.untilOver(agent.name, id, wait * 1000, clock, signal), addressOf)),
    cancelFiles: async ({ params: { id } }, { agent }) =>
      ok(apiTransfer(await agentFiles.cancel(agent.name, id), addressOf)),
    peers: async () => ok({ peers: (await directory.list()) satisfies readonly ApiPeer[] }),
    agent: async (_, { agent: { name, description, files: folder } }) =>
      ok({ name, description, machine: machine(), files: folder }),
    openapi: async () => ok(messageApiDocument()),
  };
}

/** Passes an answer through its schema, so that no field gets out by mistake. */
export function checkedAnswer(name: MessageApiRouteName, value: unknown): unknown {
  return MESSAGE_API_ROUTES[name].output.parse(value);
}
