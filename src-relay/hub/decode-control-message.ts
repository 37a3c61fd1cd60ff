import { fromUtf8 } from '#shared/bytes/index.ts';
import { FormatError } from '#shared/errors.ts';
import { agentMessage, versionOf, type AgentMessage } from '#shared/relay-api/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Fields that are forwarded unchanged. Each must be canonical base64url. */
const PASSED_ON = ['message1', 'message2', 'body', 'deposit'] as const;

/** Largest messages, bytes: `messageWithBody` for those of type `message`, `controlMessage` for all others. */
export type ControlMessageLimits = Readonly<{ controlMessage: number; messageWithBody: number }>;

/**
 * Decodes an untrusted text message of a control connection, the hello or a later one. Pure.
 * @param version version of the control protocol; undefined before the hello, which names its own
 * @throws {FormatError} `format.control` if it is not a message of the schema in that version
 */
export function decodeControlMessage(data: Uint8Array, limits: ControlMessageLimits, version?: number): AgentMessage {
  const largest = version !== undefined && version >= 3 ? limits.messageWithBody : limits.controlMessage;
  if (data.length > largest) throw tooLong(largest);
  const parsed = safeParse(agentMessage, parseJson(data));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new FormatError(
      'format.control',
      `not a control message: ${issue?.code ?? 'invalid'} at ${pathOf(issue?.path)}`,
    );
  }
  if (parsed.data.type !== 'message' && data.length > limits.controlMessage) throw tooLong(limits.controlMessage);
  const spoken = version ?? (parsed.data.type === 'hello' ? parsed.data.version : 1);
  if (versionOf(parsed.data) > spoken)
    throw new FormatError('format.control', `not a control message of version ${spoken}`);
  const message: Readonly<Record<string, unknown>> = parsed.data;
  for (const field of PASSED_ON) {
    const value = message[field];
    if (typeof value === 'string' && !isCanonicalBase64Url(value)) {
      throw new FormatError('format.control', `not a control message: ${field} is not base64url`);
    }
  }
  return parsed.data;
}

function tooLong(limit: number): FormatError {
  return new FormatError('format.control', `a control message has at most ${limit} bytes`);
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(data));
  } catch (error) {
    throw new FormatError('format.control', 'a control message is JSON', { cause: error });
  }
}

function isCanonicalBase64Url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

/**
 * Returns the path of an invalid field for an error message. Paths consist of names of the schema only, so no client text gets into messages or logs.
 */
function pathOf(path: readonly PropertyKey[] | undefined): string {
  const known = (path ?? []).map((step) => String(step)).join('.');
  return known === '' ? 'the message' : known;
}
