import * as z from 'zod';
import { FormatError } from '#shared/errors.ts';
import { fromUuid } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** JSON object of unknown shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Message of the documented protocol whose fields aren't checked yet. */
export type Envelope = Readonly<{
  /** Undefined for the bare heartbeat of a node. */
  type: string | undefined;
  /** The `data` object, or the whole message if it has none. */
  data: JsonObject;
  message: JsonObject;
}>;

/**
 * Parses a message of a connector or viewer. Pure. The error's message is sent back, and nothing of the input is in it.
 * @throws {FormatError} `format.plain`
 */
export function readEnvelope(text: string | Buffer): Envelope {
  const message = parseObject(text.toString());
  if (message === undefined) throw new FormatError('format.plain', 'Invalid JSON');
  const { type, data } = message;
  return { type: typeof type === 'string' ? type : undefined, data: isObject(data) ? data : message, message };
}

/**
 * Checks the fields of a message. Pure.
 * @throws {FormatError} `format.plain`
 */
export function readFields<Schema extends z.ZodType>(schema: Schema, fields: JsonObject): z.infer<Schema> {
  const { success, data } = safeParse(schema, fields);
  // Never the value or the issue, which may quote what someone typed.
  if (!success) throw new FormatError('format.plain', 'Invalid message');
  return data;
}

/** Writes a message. Pure. */
export function writeMessage(type: string, data?: JsonObject): string {
  return JSON.stringify(data === undefined ? { type } : { type, data });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;

/** Returns the database's form of an ID, 32 hexadecimal digits; undefined for anything but `8-4-4-4-12` of them. Pure. */
export function parseId(text: string): string | undefined {
  return UUID.test(text) ? fromUuid(text) : undefined;
}

/** Schema of a session's ID; parsed to the database's form. */
export const sessionId = z.string().max(36).regex(UUID).transform(fromUuid);

/** Schema of bytes in standard base64 (RFC 4648 section 4), with padding. */
export const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .refine((text) => text.length % 4 === 0);

/** Schema of a terminal's width or height. A value out of range becomes the nearest one within it. */
export const cells = (usual: number) =>
  z
    .number()
    .default(usual)
    .transform((count) => Math.min(1000, Math.max(1, Math.round(count))));

/** Returns the number of bytes that a text of `base64` stands for. Pure. */
export function byteLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.max(0, (text.length / 4) * 3 - padding);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
