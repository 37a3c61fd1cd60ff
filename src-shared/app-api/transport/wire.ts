import * as z from 'zod';
import { ByteReader, ByteWriter, fromUtf8, toUtf8 } from '../../bytes/index.ts';
import { FormatError } from '../../errors.ts';

/**
 * Limits of the wire format between user interface and agent, in bytes. Each message has one byte of type, then the body. Terminal bytes are never
 * JSON. Transports carry the encoded messages unchanged.
 *
 * | type | body |
 * | --- | --- |
 * | 0 control | JSON of `clientMessage` or `agentReply` |
 * | 1 data | channel u32, bytes (at most 64 KiB) |
 * | 2 credit | channel u32, bytes u32: number of further bytes that the other side may send |
 * | 3 end | channel u32: this side sends no more data |
 */
export const APP_WIRE_LIMITS = {
  /** Whole message with its type byte. */
  message: 1024 * 1024,
  /** Bytes in one data message. */
  data: 64 * 1024,
  /** Bytes that a side may send on a channel without further credit. */
  channelWindow: 512 * 1024,
} as const;

const call = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Messages from a user interface to the agent. `params` is checked against APP_CALLS. */
export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), call, method: z.string().max(64), params: z.unknown() }),
  z.strictObject({ type: z.literal('cancel'), call }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** Messages from the agent to a user interface. */
export const agentReply = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('result'), call, value: z.unknown() }),
  z.strictObject({
    type: z.literal('error'),
    call,
    code: z.string().max(64),
    message: z.string().max(4096),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  z.strictObject({ type: z.literal('progress'), call, value: z.unknown() }),
  z.strictObject({ type: z.literal('event'), event: z.string().max(64), payload: z.unknown() }),
]);
export type AgentReply = z.infer<typeof agentReply>;

/** Decoded message. `control` has a call, an answer or an event; the others belong to a channel. */
export type WireMessage =
  | Readonly<{ kind: 'control'; json: unknown }>
  | Readonly<{ kind: 'data'; channel: number; bytes: Uint8Array }>
  | Readonly<{ kind: 'credit'; channel: number; bytes: number }>
  | Readonly<{ kind: 'end'; channel: number }>;

/** Encodes one message with its type byte, without a length prefix. Pure. */
export function encodeWireMessage(message: WireMessage): Uint8Array {
  switch (message.kind) {
    case 'control': {
      const text = toUtf8(JSON.stringify(message.json));
      return new ByteWriter(text.length + 1).u8(0).bytes(text).finish();
    }
    case 'data':
      return new ByteWriter(message.bytes.length + 5).u8(1).u32(message.channel).bytes(message.bytes).finish();
    case 'credit':
      return new ByteWriter(9).u8(2).u32(message.channel).u32(message.bytes).finish();
    case 'end':
      return new ByteWriter(5).u8(3).u32(message.channel).finish();
  }
}

/** Decodes one message; `data.bytes` is a view of the input. Pure. @throws {FormatError} unless the input is exactly one valid message */
export function decodeWireMessage(bytes: Uint8Array): WireMessage {
  if (bytes.length > APP_WIRE_LIMITS.message) throw new FormatError('format.long', 'message too long');
  const reader = new ByteReader(bytes);
  const type = reader.u8();
  if (type === 0) {
    try {
      return { kind: 'control', json: JSON.parse(fromUtf8(reader.rest())) };
    } catch (error) {
      throw new FormatError('format.json', 'control message is not JSON', { cause: error });
    }
  }
  const channel = reader.u32();
  if (type === 1) {
    if (reader.remaining > APP_WIRE_LIMITS.data) throw new FormatError('format.long', 'data message too long');
    return { kind: 'data', channel, bytes: reader.rest() };
  }
  if (type === 2) {
    const credit = reader.u32();
    reader.end();
    return { kind: 'credit', channel, bytes: credit };
  }
  if (type !== 3) throw new FormatError('format.type', `unknown message type ${type}`);
  reader.end();
  return { kind: 'end', channel };
}
