import { parseAddress, type AgentAddress, type AgentMessage, type MessageState } from '#shared/messages/index.ts';
import type { RecordPlace } from '#shared/storage.ts';
import { boxEntry, type BoxEntry } from '../box-entry.ts';
import type { OutboxPair } from './outbox-pair.ts';

/** Message in the outbox. */
export type OutboxEntry = BoxEntry & {
  readonly pair: OutboxPair;
  /** Agent of this device. */
  readonly from: string;
  readonly to: AgentAddress;
  readonly idempotencyKey: string | undefined;
  /** True for a message to a foreign instance. */
  readonly isForeign: boolean;
  seq: number;
  epoch: string;
  state: MessageState;
  /** Reason for `refused` and `lost`. */
  code: string | undefined;
  /** Time until which further messages to the agent are refused without a question, for `rights.declined`, ms since 1970 by this device's clock. */
  retryAt: number | undefined;
  /** Time at which the state began, ms since 1970. */
  since: number;
  /** True while a person at the recipient is asked if the message may come in. */
  waiting: boolean;
  /** False if no part of it can have left this device: since this agent runs it was not sent, and it was written since then. */
  maySent: boolean;
  /**
   * True if it was sent to a foreign instance and no receipt has come: the instance may have it, and no one can say. On the disk, so that this holds after a
   * restart.
   */
  mayBeThere: boolean;
  /** State that it gets unless the recipient already has it: the sender has cancelled it, or it has expired. */
  withdrawn: 'cancelled' | 'expired' | undefined;
  /** Number of states of this device's own that are on their way to the disk. Meanwhile it isn't sent. */
  settling: number;
  /** Run in which it was sent since the agent started. An answer to an earlier run says nothing of its number in this one. */
  sentIn: string | undefined;
  /** True once the recipient has answered for its number. */
  isAnswered: boolean;
};

/** Returns a message that has come to the disk, before it is sent. */
export function outboxEntry(
  message: AgentMessage,
  { place, ...facts }: Pick<OutboxEntry, 'pair' | 'idempotencyKey' | 'isForeign'> & Readonly<{ place: RecordPlace }>,
): OutboxEntry {
  return {
    ...boxEntry(message, place),
    ...facts,
    from: parseAddress(message.from).agent,
    to: parseAddress(message.to),
    seq: message.seq,
    epoch: message.epoch,
    state: 'queued',
    code: undefined,
    retryAt: undefined,
    since: message.time,
    waiting: false,
    maySent: false,
    mayBeThere: false,
    withdrawn: undefined,
    settling: 0,
    sentIn: undefined,
    isAnswered: false,
  };
}
