import { resolve } from 'node:path';
import type { AppApiClient, ApprovalView, CallInput, MessageView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { AGENT_NAME, hasEnded, isUnconfirmed } from '#shared/messages/index.ts';
import { showHiddenInLines } from '#shared/visible-text/index.ts';
import { shellWord } from '../machines/peer-format.ts';
import { ensureAgent } from '../../control/index.ts';
import { ProblemError, UsageError } from '../../errors.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import type { CommandContext, CommonOptions } from '../registry.ts';
import { agentNameHelp } from './arguments.ts';
import { MessageChanges } from './message-changes.ts';
import { capitalized, endedStep, isHeld, otherAgent, showMessage, stateWords } from './message-format.ts';
import { readBody } from './message-body.ts';

/** Time for which `send` waits for the receipt of the other machine unless another one is given, s. */
export const RECEIPT_PATIENCE = 10;
/** Time for which `send --wait reply` waits for an answer unless another one is given, s. */
export const REPLY_PATIENCE = 600;

export type SendOptions = CommonOptions &
  Readonly<{
    from?: string;
    thread?: string;
    replyTo?: string;
    /** ms */
    expires?: number;
    messageType?: 'text' | 'json';
    key?: string;
    wait: 'queued' | 'stored' | 'reply';
    timeout?: number;
    relayCanRead?: boolean;
    file?: readonly string[];
  }>;

/** Sends a message, and waits for what the person wants to wait for. @returns the exit code */
export async function sendMessage(
  context: CommandContext,
  address: string,
  text: string | undefined,
  options: SendOptions,
): Promise<number> {
  const input = await inputOf(context, address, text, options);
  const client = await ensureAgent(context);
  const changes = new MessageChanges(client);
  let queued: MessageView | undefined;
  try {
    const files = (options.file ?? []).map((path) => resolve(context.host.workingDirectory, path));
    queued =
      files.length === 0
        ? await client.call('messages.send', input)
        : await client.call('messages.sendFiles', { ...input, files });
    if (input.replyTo !== undefined) await markRead(client, input.replyTo, queued.agent);
    if (options.wait === 'queued') {
      showMessage(context, queued);
      return EXIT.ok;
    }
    return await untilDone(context, client, changes, queued, options);
  } catch (error) {
    // A message that is sent again is another message.
    throw errorCode(error) === 'control.lost' ? lostContact(error, queued?.id, options.key) : error;
  } finally {
    changes.close();
  }
}

async function inputOf(
  { host }: CommandContext,
  address: string,
  text: string | undefined,
  options: SendOptions,
): Promise<CallInput<'messages.send'>> {
  const at = address.lastIndexOf('/');
  if (at <= 0 || at === address.length - 1)
    throw wrong(`"${address}" is no address. Write MACHINE/AGENT, such as office/coder.`);
  const agent = address.slice(at + 1);
  if (!AGENT_NAME.test(agent)) throw wrong(`"${agent}" is no name of an agent. ${agentNameHelp(agent)}`);
  const body = text === undefined || text === '-' ? await readBody(host.stdin) : text;
  if (body === '') throw wrong('It is empty.');
  return {
    peer: address.slice(0, at),
    agent,
    body,
    media: options.messageType === 'json' ? 'application/json' : 'text/plain',
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.thread === undefined ? {} : { thread: options.thread }),
    ...(options.replyTo === undefined ? {} : { replyTo: options.replyTo }),
    ...(options.expires === undefined ? {} : { expiresIn: options.expires }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.relayCanRead === true ? { relayCanRead: true as const } : {}),
  };
}

/** Waits until a queued message is stored or answered, or can't be. @returns the exit code */
async function untilDone(
  context: CommandContext,
  client: AppApiClient,
  changes: MessageChanges,
  queued: MessageView,
  options: SendOptions,
): Promise<number> {
  const { reporter } = context;
  const waitsForReply = options.wait === 'reply';
  const patience = (options.timeout ?? (waitsForReply ? REPLY_PATIENCE : RECEIPT_PATIENCE)) * 1000;
  // A message to an agent of this machine changes in both boxes.
  const isOwn = ({ id, direction }: MessageView): boolean => id === queued.id && direction === 'out';
  const isReply = (message: MessageView): boolean => message.direction === 'in' && message.replyTo === queued.id;
  const isSettled = (message: MessageView): boolean =>
    isOwn(message) && (waitsForReply ? hasEnded(message.state) : !isUnconfirmed(message.state));
  let note: string | undefined;
  const answered = waitsForReply && options.key !== undefined ? await knownReply(client, queued) : undefined;
  if (answered !== undefined) return await showReply(context, client, answered);
  if (waitsForReply) reporter.note(reporter.noteStyle.dim(`The message is ${queued.id}. Waiting for the answer…`));
  const stop = waitsForReply ? noteQuestions(context, client, queued) : undefined;
  const end = await changes
    .first(
      context,
      patience,
      (message) => (waitsForReply && isReply(message) && !isHeld(message)) || isSettled(message),
      (message) => {
        if (waitsForReply && isReply(message) && isHeld(message))
          reporter.note(
            `The answer is ${stateWords(message)}. Let it through: \`clawreach message release ${shellWord(message.id)}\``,
          );
        if (!isOwn(message) || message.waitsFor === null || note === message.waitsFor) return;
        note = message.waitsFor;
        reporter.note(`${capitalized(stateWords(message))}.`);
      },
      queued.id,
    )
    .finally(() => stop?.());
  if (end !== undefined && isReply(end)) return await showReply(context, client, end);
  const now = end ?? (await client.call('messages.get', { id: queued.id, direction: 'out' }));
  showMessage(context, now);
  if (hasEnded(now.state)) {
    reporter.note(endedStep(now, context.host.clock.now()));
    if (options.key !== undefined)
      reporter.note('To send it again, use another `--key`: with this one, you get this message.');
    const exit = now.code === null ? EXIT.failure : exitCodeOf(now.code);
    // Without a code of its own: 1 says that the wait is over.
    return exit === EXIT.failure ? EXIT.refused : exit;
  }
  if (!waitsForReply && !isUnconfirmed(now.state)) return EXIT.ok;
  reporter.note(...timeoutLines(now));
  return EXIT.failure;
}

/** Returns the first answer to a message that a command with the same key has sent before; undefined: none has come, or it is held. */
async function knownReply(client: AppApiClient, { id, agent }: MessageView): Promise<MessageView | undefined> {
  const replies = await client.call('messages.list', { direction: 'in', agent, replyTo: id, limit: 200 });
  return replies.findLast((reply) => !isHeld(reply));
}

/** Returns what a person can do about a message that isn't stored, or has no answer, when the wait is over. */
function timeoutLines(message: MessageView): readonly string[] {
  const { id, state, waitsFor, verified } = message;
  const look = `See: \`clawreach message status ${shellWord(id)}\``;
  if (!isUnconfirmed(state))
    return [`No answer has come yet. It will be in \`clawreach message inbox\`; don't send the message again. ${look}`];
  if (waitsFor === 'approval')
    return [`Someone at ${otherAgent(message)} is asked if it may come in; don't send it again. ${look}`];
  if (waitsFor !== null) return [`It waits on this machine: ${stateWords(message)}. ${look}`];
  if (state === 'queued')
    return [`It waits on this machine until ${otherAgent(message)} can be reached; don't send it again. ${look}`];
  // A program that is away gets it again once it is there.
  const who = verified === 'relay' ? otherAgent(message) : 'the other machine';
  return [`It has left this machine, and ${who} hasn't confirmed it yet; don't send it again. ${look}`];
}

/** Notes that the message was read that an agent answers. */
async function markRead(client: AppApiClient, id: string, agent: string): Promise<void> {
  try {
    const answered = await client.call('messages.get', { id, direction: 'in' });
    if (answered.direction === 'in' && answered.agent === agent && !isHeld(answered))
      await client.call('messages.settle', { id, state: 'read' });
  } catch (error) {
    // The answer is on its way all the same.
    if (errorCode(error) !== 'message.unknown') throw error;
  }
}

/**
 * Says so if the other machine asks to write to an agent here: the answer may be what waits for this person.
 * @returns function that stops it
 */
function noteQuestions({ reporter }: CommandContext, client: AppApiClient, { peerId }: MessageView): () => void {
  const seen = new Set<number>();
  const look = (requests: readonly ApprovalView[]): void => {
    for (const { id, right, state, peerId: asker } of requests) {
      if (right !== 'message' || state !== 'pending' || asker !== peerId || seen.has(id)) continue;
      seen.add(id);
      reporter.note(
        'That machine asks to write to an agent here, perhaps the answer. Answer the question in another terminal or in the window: `clawreach approvals`',
      );
    }
  };
  const off = client.on('approvals.changed', look);
  client.call('approvals.list', {}).then(look, () => undefined);
  return off;
}

/** Prints the answer to a message, and tells its sender that it was read. */
async function showReply(context: CommandContext, client: AppApiClient, reply: MessageView): Promise<number> {
  const whole = await client.call('messages.get', { id: reply.id });
  context.reporter.document(whole);
  context.reporter.lines(showHiddenInLines(whole.body));
  await client.call('messages.settle', { id: reply.id, state: 'read' });
  return EXIT.ok;
}

/** Returns the error about an agent that ended during `send`, which says how to find out if the message was sent. */
function lostContact(cause: unknown, id: string | undefined, key: string | undefined): ProblemError {
  const again =
    key === undefined
      ? "Don't run the command again before: it would send another message. With `--key TEXT`, it is sent once however often you run it."
      : 'Or run the command again: with the same `--key`, the message is sent once.';
  const hint =
    id === undefined
      ? `The message may be queued. Look for it: \`clawreach message inbox --all\`\n${again}`
      : `The message ${id} is queued. Look at its state: \`clawreach message status ${id}\`\n${again}`;
  const error = new ProblemError('control.lost', id === undefined ? {} : { id }, hint, { isDropped: true });
  error.cause = cause;
  return error;
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.message', reason, { details: { reason } });
}
