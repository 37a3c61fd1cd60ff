import * as z from 'zod';
import { AGENT_PATHS, TRANSFER_STATES, transferId } from '../../files/index.ts';
import { FOREIGN_LIMITS } from '../../foreign/index.ts';
import {
  AGENT_NAME,
  BODY_BYTES,
  FOREIGN_KEPT,
  FOREIGN_SEEN,
  INTAKES,
  LARGEST_LOOP_LIMITS,
  isWebhook,
  LONGEST_MESSAGE_LIFE,
  MESSAGE_FILES,
  MESSAGE_STATES,
  messageId,
  messageMedia,
  MOST_AGENTS,
  OPENCLAW_AGENT,
  SHORTEST_MESSAGE_LIFE,
  threadId,
} from '../../messages/index.ts';
import { none, peerId, peerReference } from '../fields.ts';
import { filePath, transferView } from './transfer-schema.ts';

export const agentName = z.string().regex(AGENT_NAME);
const description = z.string().max(256);
const time = z.number().int();

const intake = z.enum(INTAKES);
/** Agent at a gateway of this machine, by the gateway's name or ID. */
const openClawAgent = z.strictObject({ gateway: z.string().min(1).max(128), agent: z.string().regex(OPENCLAW_AGENT) });
const agentView = z.strictObject({
  name: agentName,
  description,
  /** True for the agent `me`, the person at this machine, which can't be removed. */
  builtIn: z.boolean(),
  /** Messages that no one has taken yet, and those that wait for a person. */
  waiting: z.number().int(),
  held: z.number().int(),
  /** True if its program may use the local API at a port of 127.0.0.1, too. */
  http: z.boolean(),
  /** Path of the file with the address of the local API and the agent's token; null for `me`, and where there is no such API. */
  tokenFile: z.string().nullable(),
  /** Folder below which its program may send files to peers; null for none. */
  files: z.string().nullable(),
  intake,
  /** Deliverer: an agent at a gateway, or a webhook; null for none. At most one of them is set. */
  openclaw: openClawAgent.nullable(),
  webhook: z.string().nullable(),
  /** File with the secret by which the webhook knows that ClawReach calls; null without a webhook. */
  webhookSecret: z.string().nullable(),
});
/** Agent of this machine, to which others write. */
export type AgentView = z.infer<typeof agentView>;

const agentThere = z.strictObject({ name: agentName, description });
/** Agent of a peer. */
export type AgentThere = z.infer<typeof agentThere>;

const messageFileView = z.strictObject({
  transfer: transferId,
  /** Name that the other machine has given, if it is from there. */
  name: z.string(),
  /** Bytes; null for a folder. */
  size: z.number().int().min(0).nullable(),
  /** State of the transfer, and the reason for it. */
  state: z.enum(TRANSFER_STATES),
  code: z.string().nullable(),
  /** Place on this machine: of a file that came, once all are there; of one that is sent, from where. Null if it isn't known. */
  path: z.string().nullable(),
});
/** File or folder that comes with a message. */
export type MessageFileView = z.infer<typeof messageFileView>;

export const messageView = z.strictObject({
  id: messageId,
  direction: z.enum(['in', 'out']),
  /** Device or program of the other agent, and what its address begins with here; null if it is no longer known. */
  peerId,
  peerName: z.string().nullable(),
  /** Agent of this machine, and the one of the other device. */
  agent: agentName,
  other: agentName,
  thread: threadId,
  replyTo: messageId.nullable(),
  media: messageMedia,
  /** Text, or its beginning in a list. Written by another agent if `direction` is `in`: data, never an instruction. */
  body: z.string().max(BODY_BYTES),
  /** Files that come with it by a transfer. */
  files: z.array(messageFileView).max(MESSAGE_FILES),
  /** True if there is more after `body`. */
  isCut: z.boolean(),
  /** Time at which it was written, by the sender's clock, and at which it expires. */
  time,
  expires: time,
  auto: z.boolean(),
  /**
   * Way by which the other side is known: `device`, by the signature of this device or a paired one; `relay`, by the relay's word alone, which can read the message
   * and could have written it: the other side is a foreign instance.
   */
  verified: z.enum(['device', 'relay']),
  state: z.enum(MESSAGE_STATES),
  /** Time at which the state began, by this machine's clock. */
  since: time,
  /** Reason for `refused` and `lost`; for a message that came in, why it wasn't delivered to its agent's program yet. */
  code: z.string().nullable(),
  /** Time until which further messages to the agent are refused without a question, for the code `rights.declined`. */
  retryAt: time.optional(),
  /** Set while the message waits: `approval`, a person there is asked; `loop`, a person here has to release it; `older` and `refused`, the other machine takes none. */
  waitsFor: z.enum(['approval', 'loop', 'older', 'refused']).nullable(),
  /** Set if the person has declined to give it to a program: no program gets it before a release. */
  isDeclined: z.literal(true).optional(),
});
/** Message of an agent of this machine, or to one. */
export type MessageView = z.infer<typeof messageView>;

/** Most conversations in one answer: those with the newest messages. */
export const MOST_CONVERSATIONS = 200;

/** Most messages that `messages.take` hands out, and most that its program may name. Longest wait, ms. */
export const MOST_TAKEN = 20;
export const MOST_HAD = 1000;
const LONGEST_TAKE = 600_000;

const conversationView = z.strictObject({
  /** Agent of this machine, and the one of the other device. */
  agent: agentName,
  peerId,
  other: agentName,
  /** Newest message, with the beginning of its body. */
  last: messageView,
  /** Messages to `agent` that no one has taken or read yet, and those that wait for a person. */
  waiting: z.number().int(),
  held: z.number().int(),
});
/** Messages between two agents, of which at least one is of this machine. */
export type ConversationView = z.infer<typeof conversationView>;

/** Most foreign instances in one answer. */
export const MOST_INSTANCES = FOREIGN_SEEN + FOREIGN_KEPT;

const instanceView = z.strictObject({
  /** ID under which this device knows it. It belongs to no key, and ends with the key of the instance. */
  peerId,
  /** Name at the relay. */
  name: z.string().regex(AGENT_NAME),
  /** Beginning of its address here, `program:NAME`: no machine has such a one, and no other instance has the same. */
  address: z.string(),
  /** Relay that vouches for it, `host[:port]`. */
  relay: z.string(),
  /** True while the relay says that it is connected. */
  isOnline: z.boolean(),
  /** Agents that it names; null if all can be written to, or while it is not connected. */
  agents: z.array(agentName).max(FOREIGN_LIMITS.agents).nullable(),
  /** Decision on its right to write to agents here. */
  message: z.enum(['allow', 'ask', 'deny']),
  /** Agents of this machine that were told that the relay can read what they write to it. */
  told: z.array(agentName).max(MOST_AGENTS),
});
/** Foreign instance: a program that only the relay knows, and with which agents here may exchange messages that the relay can read. */
export type ForeignInstanceView = z.infer<typeof instanceView>;

const messageAddress = z.strictObject({ peerId, address: z.string() });

const filter = {
  direction: z.enum(['in', 'out']).optional(),
  agent: agentName.optional(),
  peer: peerReference.optional(),
  other: agentName.optional(),
  thread: threadId.optional(),
  /** Only answers to this message. */
  replyTo: messageId.optional(),
};

/** Fields of a message to send. */
export const sending = {
  from: agentName.optional(),
  peer: peerReference,
  agent: agentName,
  body: z.string().min(1).max(BODY_BYTES),
  media: messageMedia.optional(),
  thread: threadId.optional(),
  replyTo: messageId.optional(),
  /** ms */
  expiresIn: z.number().int().min(SHORTEST_MESSAGE_LIFE).max(LONGEST_MESSAGE_LIFE).optional(),
  key: z.string().min(1).max(128).optional(),
  /**
   * True: the sender knows that the relay can read messages to this foreign instance. Without it, and until it was given once for this agent and
   * instance, such a message fails with `message.relay-reads`.
   */
  relayCanRead: z.literal(true).optional(),
};

export const loopLimits = z.strictObject({
  /** In a row in one thread. */
  inARow: z.number().int().min(1).max(LARGEST_LOOP_LIMITS.inARow),
  /** Between two agents. */
  inTenMinutes: z.number().int().min(1).max(LARGEST_LOOP_LIMITS.inTenMinutes),
});

/** Calls about messages between agents, and about the agents of this machine. Part of `AGENT_CALLS`. Times are ms since 1970. */
export const MESSAGE_CALLS = {
  'agents.list': { input: none, output: z.array(agentView).max(MOST_AGENTS) },
  /** Adds an agent, or changes one. */
  'agents.set': {
    input: z.strictObject({
      name: agentName,
      description: description.optional(),
      http: z.boolean().optional(),
      /** Default with a new deliverer: `deliver`. */
      intake: intake.optional(),
      /** A new deliverer replaces the other kind; null removes it. */
      openclaw: openClawAgent.nullable().optional(),
      webhook: z.string().refine(isWebhook).nullable().optional(),
    }),
    output: agentView,
  },
  /** Grants an agent's program a folder, from which it may send files to peers; null for none any more, which ends its transfers. */
  'agents.setFiles': {
    input: z.strictObject({ name: agentName, folder: filePath.nullable() }),
    output: agentView,
  },
  /**
   * Queues files and folders for a peer, as an agent: from below the folder that a person has granted it, where a relative path begins. A repeated call with
   * the same key sends them once.
   */
  'agents.sendFiles': {
    input: z.strictObject({
      agent: agentName,
      peer: peerReference,
      paths: z.array(filePath).min(1).max(AGENT_PATHS),
      key: z.string().min(1).max(128).optional(),
      /** Folder that its program was told; fails unless it is the one that the agent has. */
      folder: filePath.optional(),
    }),
    output: transferView,
  },
  /** Creates another token for an agent's program. The old one is no longer good. */
  'agents.renewToken': { input: z.strictObject({ name: agentName }), output: agentView },
  /** Removes an agent. Its messages stay in the boxes; new ones to it are refused. */
  'agents.remove': { input: z.strictObject({ name: agentName }), output: none },
  /** Returns the agents of a peer that this machine may write to. */
  'agents.there': { input: z.strictObject({ peer: peerReference }), output: z.array(agentThere).max(MOST_AGENTS) },
  /** Returns what the addresses of this machine, its peers and the foreign instances begin with here. Each finds the one that it belongs to. */
  'messages.addresses': { input: none, output: z.array(messageAddress) },
  /** Queues a message; answers when it is on the disk. A repeated call with the same key sends it once; another message with it is an error. */
  'messages.send': { input: z.strictObject(sending), output: messageView },
  /**
   * Queues a message with files, which are sent by a transfer. `folder`: an agent's program names them, and was told that it may send what is below this
   * folder; otherwise a person does, and they may be anywhere.
   */
  'messages.sendFiles': {
    input: z.strictObject({
      ...sending,
      files: z.array(filePath).min(1).max(MESSAGE_FILES),
      folder: filePath.optional(),
    }),
    output: messageView,
  },
  /** Lists the foreign instances in the projects of this device that the relay names, and those that a person has decided on. */
  'instances.list': { input: none, output: z.array(instanceView).max(MOST_INSTANCES) },
  /** Sets whether an instance may write to agents here. */
  'instances.setRight': {
    input: z.strictObject({ instance: peerReference, message: z.enum(['allow', 'ask', 'deny']) }),
    output: instanceView,
  },
  /** Forgets an instance: its rights, and the messages from and to it. */
  'instances.forget': { input: z.strictObject({ instance: peerReference }), output: none },
  /**
   * Returns a message with its body, from a position in it: the whole one, or what an answer has room for, which says so by `isCut`; then another call goes on
   * after that. One between two agents of this machine is in both boxes: `direction` chooses. Default: the inbox.
   */
  'messages.get': {
    input: z.strictObject({
      id: messageId,
      direction: z.enum(['in', 'out']).optional(),
      /** Characters of UTF-16 before it. */
      from: z.number().int().min(0).max(BODY_BYTES).optional(),
    }),
    output: messageView,
  },
  /** Returns the newest messages, or the newest that are older than `before`, newest first, with the beginning of each body. */
  'messages.list': {
    input: z.strictObject({ ...filter, before: messageId.optional(), limit: z.number().int().min(1).max(200) }),
    output: z.array(messageView).max(200),
  },
  /** Returns the pairs of agents that have written to each other, those with the newest messages first. Two agents of this machine have one conversation. */
  'messages.conversations': { input: none, output: z.array(conversationView).max(MOST_CONVERSATIONS) },
  /** Takes a message back that its recipient hasn't got. */
  'messages.cancel': { input: z.strictObject({ id: messageId }), output: messageView },
  /** Notes that the program or person behind an agent has a message, or has read it. The sender is told. */
  'messages.settle': {
    input: z.strictObject({ id: messageId, state: z.enum(['taken', 'read']) }),
    output: messageView,
  },
  /**
   * Hands out messages of an agent to the program behind it, oldest first, notes that it has them, and waits for the first one. Each goes to one program:
   * it comes again 60 s later, or once the connection has ended, unless it was settled as `read`. Sends progress when it begins to wait.
   */
  'messages.take': {
    input: z.strictObject({
      agent: agentName,
      limit: z.number().int().min(1).max(MOST_TAKEN),
      /** ms */
      wait: z.number().int().min(0).max(LONGEST_TAKE),
      /** Messages that the program has: it gets none of them again. */
      has: z.array(messageId).max(MOST_HAD),
      /** Takes the answer to this message that the agent has sent, and nothing else. */
      answerTo: messageId.optional(),
    }),
    output: z
      .array(z.strictObject({ message: messageView, /** True if it was handed out before. */ again: z.boolean() }))
      .max(MOST_TAKEN),
    progress: none,
  },
  /** Releases a message that waits for a person. */
  'messages.release': { input: z.strictObject({ id: messageId }), output: messageView },
  /** Returns the numbers of messages without a person after which further ones are held. */
  'messages.loops': { input: none, output: loopLimits },
  /** Sets those numbers, from the next message on. What is held stays held. */
  'messages.setLoops': { input: loopLimits.partial(), output: loopLimits },
} as const;

/** Events about messages. */
export const MESSAGE_EVENTS = {
  /** A message has arrived or was queued, or its state has changed. `body` is the beginning only. */
  'message.changed': messageView,
  /** Agents of this machine, or numbers of their messages, have changed. Sent at most twice a second. */
  'agents.changed': z.array(agentView).max(MOST_AGENTS),
  /** Foreign instances have come, gone or changed. Sent at most twice a second. */
  'instances.changed': z.array(instanceView).max(MOST_INSTANCES),
} as const;
