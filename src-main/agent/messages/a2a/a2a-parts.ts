import { fileURLToPath, pathToFileURL } from 'node:url';
import { A2aError, type A2aPart } from '#shared/a2a/index.ts';
import type { MessageFileView } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { cleanFileName, isHiddenName, isOver } from '#shared/files/index.ts';
import { MessageApiError } from '#shared/message-api/index.ts';
import { BODY_BYTES, MESSAGE_FILES, type MessageMedia } from '#shared/messages/index.ts';
import type { Attachment } from '../../core/agent-transfers.ts';

/** Part of a message as it is answered. */
type ShownPart = Readonly<Record<string, unknown>>;

/** Base64 of JSON for protocol buffers: either alphabet, with or without padding. */
const BASE64 = /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/;
/** Ending of a file that has no name but a media type, such as `image/png`. */
const SUBTYPE = /^[a-z]+\/([a-z0-9]{1,8})(?:;|$)/;

/**
 * Reads the parts of a message: text and data are its body (text, JSON for one part with data, or JSON of all), raw bytes and `file:` URLs are its files.
 * Pure.
 * @throws {A2aError} `CONTENT_TYPE_NOT_SUPPORTED` for other URLs, `INVALID_PARAMS`; {MessageApiError} `api.input` for a body that is too large or missing
 */
export function readParts(
  parts: readonly A2aPart[],
): Readonly<{ media: MessageMedia; body: string; files: readonly Attachment[] }> {
  for (const { text, data, raw, url } of parts)
    if ([text, data, raw, url].filter((content) => (content ?? null) !== null).length !== 1)
      throw new A2aError('INVALID_PARAMS', 'message.parts: each has one of text, data, raw and url');
  const files = parts.flatMap((part, index) => fileOf(part, index + 1));
  if (files.length > MESSAGE_FILES)
    throw new A2aError('INVALID_PARAMS', `message.parts: at most ${MESSAGE_FILES} have raw or url`);
  return { ...bodyOf(parts, files.length > 0), files };
}

/** Returns the parts for the body of a message and those of its files that are on this machine. Pure. */
export function showParts(media: MessageMedia, body: string, files: readonly MessageFileView[]): readonly ShownPart[] {
  const arrived = files.flatMap(({ name, size, state, path }) =>
    path !== null && isOver(state)
      ? [{ url: pathToFileURL(path).href, filename: name, ...(size === null ? {} : { metadata: { size } }) }]
      : [],
  );
  return body === '' && arrived.length > 0 ? arrived : [bodyPart(media, body), ...arrived];
}

/** Returns what the metadata say of files, also of those that aren't here. Pure. */
export function fileFacts(files: readonly MessageFileView[]): Readonly<{ files?: readonly ShownPart[] }> {
  if (files.length === 0) return {};
  return { files: files.map(({ name, size, state, code }) => ({ filename: name, size, state, code })) };
}

function fileOf(part: A2aPart, number: number): readonly Attachment[] {
  const { raw, url } = part;
  if ((raw ?? null) !== null) return [{ name: nameOf(part, number), contents: bytesOf(raw ?? '') }];
  return (url ?? null) === null ? [] : [pathOf(url ?? '')];
}

function bytesOf(raw: string): Uint8Array {
  // The alphabet first: after it, at most two characters are left to take off.
  if (!BASE64.test(raw) || raw.replace(/=+$/, '').length % 4 === 1)
    throw new A2aError('INVALID_PARAMS', 'message.parts: raw is not base64');
  return Buffer.from(raw, 'base64');
}

function nameOf({ filename, mediaType }: A2aPart, number: number): string {
  const given = filename ?? '';
  if (given === '') {
    const [, subtype] = SUBTYPE.exec(mediaType ?? '') ?? [];
    return `file-${number}${subtype === undefined ? '' : `.${subtype === 'plain' ? 'txt' : subtype}`}`;
  }
  if (cleanFileName(given, 'posix', true) !== given.normalize('NFC') || isHiddenName(given))
    throw new A2aError('INVALID_PARAMS', 'message.parts: filename is the name of a file that is not hidden');
  return given;
}

function pathOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'file:')
    throw new A2aError(
      'CONTENT_TYPE_NOT_SUPPORTED',
      'message.parts: url is a file: URL below the folder of the agent; nothing is fetched from elsewhere, so send its bytes as raw',
    );
  try {
    return fileURLToPath(parsed);
  } catch (error) {
    throw new A2aError('INVALID_PARAMS', 'message.parts: url is no path of this machine', error);
  }
}

/** @param isOptional true if the message has files */
function bodyOf(parts: readonly A2aPart[], isOptional: boolean): Readonly<{ media: MessageMedia; body: string }> {
  const contents = parts.filter(({ raw, url }) => (raw ?? url ?? null) === null);
  const texts = contents.flatMap(({ text }) => text ?? []);
  const isText = texts.length === contents.length;
  const value =
    contents.length === 1
      ? contents[0]?.data
      : contents.map(({ text, data }) => ((text ?? null) === null ? { data } : { text }));
  const body = isText ? texts.join('\n') : JSON.stringify(value);
  if ((body === '' && !isOptional) || toUtf8(body).length > BODY_BYTES)
    throw new MessageApiError('api.input', 'message.parts: 1 byte to 256 KiB of text and data in all', {
      details: { field: 'parts' },
    });
  return { media: isText ? 'text/plain' : 'application/json', body };
}

function bodyPart(media: MessageMedia, body: string): ShownPart {
  if (media === 'text/plain') return { text: body, mediaType: media };
  try {
    return { data: JSON.parse(body) as unknown, mediaType: media };
  } catch {
    // Another machine has called it JSON.
    return { text: body, mediaType: 'text/plain' };
  }
}
