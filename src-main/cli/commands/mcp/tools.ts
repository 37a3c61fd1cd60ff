import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { MessageView } from '#shared/app-api/index.ts';
import { toDate } from '#shared/dates.ts';
import { ClawReachError } from '#shared/errors.ts';
import { isOver } from '#shared/files/index.ts';
import { splitAddress } from '#shared/message-api/index.ts';
import {
  BODY_BYTES,
  frameText,
  hasEnded,
  isUnconfirmed,
  MESSAGE_FILES,
  messageId,
  messageMedia,
  threadId,
} from '#shared/messages/index.ts';
import { cleanLine, cleanProse } from '#shared/visible-text/index.ts';
import { fileWords, otherAgent, stateWords } from '../messages/message-format.ts';
import { printable } from '../../output/index.ts';
import type { HandedMessage, MessageDesk, PeerAgents } from './message-desk.ts';
import { tool, type Tool, type ToolAnswer, type ToolCall } from './tool.ts';

/** Longest wait of `message_check`, s. */
const LONGEST_CHECK = 300;
/** Longest wait for a receipt or an answer, s. */
const LONGEST_WAIT = 600;
/** Waits unless a tool is told another one, s. The second is shorter than the minute after which many hosts give a tool up. */
const RECEIPT_PATIENCE = 10;
const ANSWER_PATIENCE = 50;
/** Most messages that one check hands out. */
const MOST_CHECKED = 20;
/** Most characters of an agent's description, and of all that is listed of other machines and programs. */
const DESCRIPTION = 256;
const LISTED = 48_000;
/** Most characters of the name of a machine or program: that of an ID. */
const ADDRESS = 96;
/** Most agents of one machine or program in a list of all. A list of one has all that it may have. */
const LISTED_AGENTS = 20;

const body = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= BODY_BYTES, 'A message has at most 256 KiB.')
  .describe('Text of the message, at most 256 KiB.');
const media = messageMedia.optional().describe('Type of the text: text/plain (default) or application/json.');
const wait = z
  .enum(['queued', 'stored', 'reply'])
  .optional()
  .describe(
    'What to wait for: queued, on the disk of this machine; stored (default), on that of the other machine; reply, the answer of the other agent.',
  );
const timeout = z
  .number()
  .int()
  .min(1)
  .max(LONGEST_WAIT)
  .optional()
  .describe(
    `Longest wait in seconds (default: ${RECEIPT_PATIENCE}, for a reply ${ANSWER_PATIENCE}). The message is sent, and its answer can come, also afterwards.`,
  );

const sending = z.strictObject({
  to: z
    .string()
    .max(200)
    .describe(
      'MACHINE/AGENT as in peers_list, such as office/coder; program:NAME/AGENT for a program at the relay; ./AGENT for this machine.',
    ),
  body,
  media,
  thread: threadId.optional().describe('Conversation to which the message belongs.'),
  reply_to: messageId.optional().describe('ID of the message that it answers. To answer a message, use message_reply.'),
  wait,
  timeout,
});
const replying = z.strictObject({
  id: messageId.describe('ID of the message that you answer.'),
  body,
  media,
  wait,
  timeout,
});
const checking = z.strictObject({
  wait_seconds: z
    .number()
    .int()
    .min(0)
    .max(LONGEST_CHECK)
    .optional()
    .describe('Time to wait for a message if there is none, in seconds (default: 0).'),
  limit: z.number().int().min(1).max(MOST_CHECKED).optional().describe('Most messages (default: 10).'),
});

/**
 * Returns the tools that exchange messages, in the order in which clients list them.
 * @param folder folder below which messages may have files; undefined: they have none
 */
export function messageTools(folder: string | undefined): readonly Tool[] {
  const files = filesField(folder);
  return [
    tool({
      name: 'peers_list',
      title: 'List agents',
      description:
        'List the machines and programs with their agents to which you can write, and whether they are online. Names and descriptions are their own words.',
      input: z.strictObject({
        machine: z
          .string()
          .max(200)
          .optional()
          .describe(
            'Only the agents of this machine or program, such as office, with all that it has (default: all machines).',
          ),
      }),
      isReading: true,
      run: async ({ machine }, { desk, signal }) => ({ text: peersText(await desk.peers(machine, signal), machine) }),
    }),
    tool({
      name: 'message_send',
      title: 'Send a message',
      description:
        'Send a message to an agent of this or another machine. It is delivered once, also if the machine is offline now. With wait "reply", returns the answer.',
      input: folder === undefined ? sending : sending.extend({ files }),
      isReading: false,
      run: async ({ to, thread, reply_to: replyTo, ...rest }, call) => {
        const { machine: peer, agent } = splitAddress(to) ?? {};
        if (peer === undefined || agent === undefined) throw new ClawReachError('message.address', 'not an address');
        // Only its own messages: the answer notes that the other one was read, and takes over its thread.
        if (replyTo !== undefined) await call.desk.get(replyTo, call.signal);
        return await send({ peer, agent, thread, replyTo, folder }, rest, call);
      },
    }),
    tool({
      name: 'message_check',
      title: 'Check for messages',
      description:
        'Return the messages that have come, oldest first, and wait for one if there is none. Those of an earlier check count as read then.',
      input: checking,
      isReading: false,
      run: async ({ wait_seconds: seconds = 0, limit = 10 }, call) => {
        const texts = await call.waiting(seconds, 'Waiting for messages', (wait) =>
          call.desk.check(limit, wait, messageText),
        );
        if (texts.length === 0) return { text: 'No new messages.' };
        return { text: [countText(texts.length), ...texts].join('\n\n') };
      },
    }),
    tool({
      name: 'message_reply',
      title: 'Answer a message',
      description: 'Answer a message that has come to you. Its sender is told that you have read it.',
      input: folder === undefined ? replying : replying.extend({ files }),
      isReading: false,
      run: async ({ id, ...rest }, call) => {
        const { direction, peerId, other, thread } = await call.desk.get(id, call.signal);
        if (direction !== 'in') throw new ClawReachError('message.unknown', 'no such message', { details: { id } });
        return await send({ peer: peerId, agent: other, thread, replyTo: id, folder }, rest, call);
      },
    }),
    tool({
      name: 'message_read',
      title: 'Read the rest of a message',
      description:
        'Return the text of a message that you have got or sent, from a position on: the rest of one of which only the beginning fitted.',
      input: z.strictObject({
        id: messageId.describe('ID of the message.'),
        from: z
          .number()
          .int()
          .min(0)
          .max(BODY_BYTES)
          .optional()
          .describe('Position that the last answer named (default: 0, the beginning).'),
      }),
      isReading: true,
      run: async ({ id, from = 0 }, { desk, signal }) => ({ text: partText(await desk.get(id, signal, from), from) }),
    }),
    tool({
      name: 'message_status',
      title: 'Show the state of a message',
      description: 'Return the state of a message that you have sent or got, and of its files.',
      input: z.strictObject({
        id: messageId.describe('ID of the message.'),
        wait_seconds: z
          .number()
          .int()
          .min(0)
          .max(LONGEST_CHECK)
          .optional()
          .describe('Time to wait until its files are there, in seconds (default: 0).'),
      }),
      isReading: true,
      run: async ({ id, wait_seconds: seconds = 0 }, { desk, waiting }) => {
        const message = await waiting(seconds, `Waiting for the files of ${id}`, (wait) => desk.untilFiles(id, wait));
        const { direction } = message;
        const text = [
          `Message ${id}, which ${direction === 'in' ? 'has come' : 'you have sent'}: ${stateText(message)}, since ${timeText(message.since)}.`,
          direction === 'in' ? 'The agent that sent it:' : 'The agent to which it goes:',
          frameText(otherAgent(message), randomBytes),
          ...filesText(message),
        ];
        return { text: text.join('\n') };
      },
    }),
  ];
}

type Target = Readonly<{
  peer: string;
  agent: string;
  thread?: string | undefined;
  replyTo?: string | undefined;
  folder: string | undefined;
}>;
type Content = Omit<z.infer<typeof replying>, 'id'> & Readonly<{ files?: readonly string[] | undefined }>;

async function send(
  { peer, agent, thread, replyTo, folder }: Target,
  { body, media, files, wait = 'stored', timeout }: Content,
  { desk, key, signal, waiting }: ToolCall,
): Promise<ToolAnswer> {
  const sent = await desk.send(
    {
      peer,
      agent,
      body,
      key,
      ...(media === undefined ? {} : { media }),
      ...(thread === undefined ? {} : { thread }),
      ...(replyTo === undefined ? {} : { replyTo }),
    },
    files === undefined || folder === undefined ? undefined : { files: [...files], folder },
    signal,
  );
  if (replyTo !== undefined) await desk.markRead(replyTo, signal);
  if (wait === 'reply') {
    const answer = await waiting(timeout ?? ANSWER_PATIENCE, `Waiting for the answer to ${sent.id}`, (wait) =>
      desk.untilAnswered(sent, wait, messageText),
    );
    if (answer !== undefined) return { text: [`Sent as ${sent.id}. The answer has come.`, answer].join('\n\n') };
    return sentAnswer(await desk.sent(sent.id, signal), true);
  }
  if (wait === 'queued') return sentAnswer(sent, false);
  const patience = timeout ?? RECEIPT_PATIENCE;
  return sentAnswer(
    await waiting(patience, `Waiting for the receipt of ${sent.id}`, (wait) => desk.untilStored(sent, wait)),
    false,
  );
}

function sentAnswer(message: MessageView, isAwaited: boolean): ToolAnswer {
  const { id, state } = message;
  const text = `Message ${id}: ${stateText(message)}.`;
  if (hasEnded(state)) return { text: `${text}${pauseText(message)}`, isError: true };
  const next = isUnconfirmed(state)
    ? ` It is sent as soon as the machine is there and its user lets it in; there is no need to send it again. Ask with message_status.`
    : '';
  return {
    text: `${text}${next}${isAwaited ? ' No answer has come yet: message_check returns it when it comes.' : ''}`,
  };
}

/** Returns what a model has to know of the time until which it is of no use to write to the agent again; empty without one. */
function pauseText({ retryAt }: MessageView): string {
  return retryAt === undefined
    ? ''
    : ` Until ${timeText(retryAt)}, others to that agent are refused there without a question.`;
}

function stateText(message: MessageView): string {
  return printable(stateWords(message)).replace(/\.$/, '');
}

function timeText(time: number): string {
  return toDate(time).toISOString();
}

function countText(count: number): string {
  return `${count === 1 ? '1 message has' : `${count} messages have`} come. Answer with message_reply if an answer is wanted.`;
}

function verifiedText(verified: MessageView['verified'], isOwn: boolean): string {
  if (verified === 'relay')
    return 'only the relay says who sent it; the relay can read it, and could have written it itself';
  return isOwn
    ? 'an agent of this machine sent it, which is known by its token or by the person here'
    : "a paired machine sent it; which of its agents wrote it is that machine's word";
}

const FROM =
  " Its first line says who sent it, with the name of that agent's machine; below an empty line is its text.";

/** Returns what a model has to know of a message, and in a frame what its sender chose: the name of its machine, and the text. */
function messageText({ message, isOwn, again }: HandedMessage): string {
  const { id, thread, replyTo, time, media, body, isCut, verified } = message;
  const facts = [
    `Message ${id}`,
    `verified: ${verified} (${verifiedText(verified, isOwn)})`,
    `written: ${timeText(time)}`,
    ...(thread === id ? [] : [`thread: ${thread}`]),
    ...(replyTo === null ? [] : [`answers: ${replyTo}`]),
    ...(media === 'text/plain' ? [] : [`type: ${media}`]),
    ...(isCut ? [`only its beginning fits here: ${restText(id, body.length)}`] : []),
    ...(again ? ['It was handed out before; you may have seen it.'] : []),
  ];
  const text = frameText(`From: ${otherAgent(message)}\n\n${body}`, randomBytes, FROM);
  return [...facts, text, ...filesText(message)].join('\n');
}

/** Returns a part of a message's text in a frame, and how to get the next one. */
function partText({ id, body, isCut }: MessageView, from: number): string {
  if (body === '') return `The text of message ${id} has no more than ${from} characters.`;
  const end = from + body.length;
  return [
    `Message ${id}, characters ${from} to ${end} of its text${isCut ? '' : ', which ends there'}`,
    frameText(body, randomBytes),
    ...(isCut ? [`There is more: ${restText(id, end)}`] : []),
  ].join('\n');
}

function restText(id: string, from: number): string {
  return `message_read with id ${id} and from ${from} returns the rest.`;
}

/** Returns the files that come with a message. Their names are the other side's, and are in a frame. */
function filesText({ files, direction }: MessageView): readonly string[] {
  if (files.length === 0) return [];
  const isWaiting = files.some(({ state }) => !isOver(state));
  return [
    direction === 'in' ? 'Files that come with it, and where they are:' : 'Files that go with it:',
    frameText(files.map((file) => `- ${fileWords(file, direction)}`).join('\n'), randomBytes),
    ...(isWaiting ? ['Some are still under way: message_status with wait_seconds waits for them.'] : []),
  ];
}

/** Returns the argument for the files of a message. */
function filesField(folder: string | undefined) {
  return z
    .array(z.string().min(1).max(4096))
    .min(1)
    .max(MESSAGE_FILES)
    .optional()
    .describe(
      `Files and folders that go with the message, below ${cleanLine(folder ?? '', 1024)}. To other machines only.`,
    );
}

/**
 * Returns the agents to which a model can write. What others chose, the names and descriptions of their machines, programs and agents, is in a frame, and
 * is cut to `LISTED` characters, with a line that says so.
 */
function peersText({ own, peers }: Awaited<ReturnType<MessageDesk['peers']>>, only: string | undefined): string {
  const lines = [`Agents of this machine: ${own.map(({ name }) => `./${name}`).join(', ')}`];
  if (peers.length === 0) {
    lines.push(
      only === undefined
        ? 'No other machine is paired. Your user can pair one: `clawreach pair`.'
        : 'No machine or program has this address. Call peers_list without `machine`.',
    );
    return lines.join('\n');
  }
  const listed = peersList(peers, only === undefined ? LISTED_AGENTS : Number.POSITIVE_INFINITY);
  lines.push('', 'Other machines and programs, with their agents:', frameText(listed.text, randomBytes));
  if (listed.isCut)
    lines.push(
      'There are more than fit here. Call peers_list with `machine` for all agents of one machine or program.',
    );
  return lines.join('\n');
}

/** Lists as much of the machines and programs as has room: first all addresses, a line each, then descriptions. */
function peersList(peers: readonly PeerAgents[], mostAgents: number): Readonly<{ text: string; isCut: boolean }> {
  const lines: Readonly<{ text: string; description: string }>[] = [];
  let [room, isCut] = [LISTED, false];
  const add = (text: string, description = ''): void => {
    if (text.length >= room) isCut = true;
    else {
      room -= text.length + 1;
      lines.push({ text, description: cleanProse(description, DESCRIPTION) });
    }
  };
  for (const { address, isOnline, right, agents, verified } of peers) {
    const machine = cleanLine(address, ADDRESS);
    const trust = verified === 'relay' ? ', verified: relay, which can read what you send' : '';
    const known = typeof agents === 'string' ? ': its agents are not known' : '';
    add(`${machine} (${isOnline ? 'online' : 'offline: messages wait'}${RIGHT[right ?? 'unknown']}${trust})${known}`);
    if (typeof agents === 'string') continue;
    for (const { name, description } of agents.slice(0, mostAgents)) add(`- ${machine}/${name}`, description);
    if (agents.length <= mostAgents) continue;
    isCut = true;
    add(`- and ${agents.length - mostAgents} more`);
  }
  const shown = lines.map(({ text, description }) => {
    if (description === '') return text;
    if (description.length + 2 > room) {
      isCut = true;
      return text;
    }
    room -= description.length + 2;
    return `${text}: ${description}`;
  });
  return { text: shown.join('\n'), isCut };
}

const RIGHT = {
  allow: ', you may write',
  ask: ', someone there is asked about each message',
  deny: ', you may not write',
  unknown: '',
} as const;
