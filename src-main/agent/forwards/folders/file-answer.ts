import fresh from 'fresh';
import { contentType } from 'mime-types';
import { extname } from 'node:path';
import type { IncomingHttpHeaders } from 'node:http';
import type { SharedFile } from './shared-folder.ts';

/** Status and headers of an HTTP response for a file, and the range of bytes to send as its body. */
export type FileAnswer = Readonly<{
  status: 200 | 206 | 304 | 412 | 416;
  headers: Readonly<Record<string, string>>;
  /** `length` bytes of the file from offset `start`; undefined for a response without a body. */
  body: Readonly<{ start: number; length: number }> | undefined;
}>;

/**
 * Age from which a file counts as settled, ms. A younger file may change again within the resolution of its timestamp, so its validators are weak
 * (RFC 9110 section 8.8).
 */
const UNSETTLED = 2000;
/** Content types that can run scripts, which would have access to everything in the folder. XML is included since it can hold XHTML. */
const ACTIVE = /^(?:text\/html|(?:text|application)\/xml|text\/xsl|multipart\/related|message\/rfc822|[^;]+\+xml)\b/i;
const NO_SCRIPTS =
  "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; sandbox";

/**
 * Computes the HTTP response for a file: preconditions in the order of RFC 9110 section 13.2.2, then a range (section 14). Pure; `FolderServer` sends
 * it.
 * @param now Unix time, ms
 */
export function answerForFile(
  method: 'GET' | 'HEAD',
  request: IncomingHttpHeaders,
  file: Pick<SharedFile, 'name' | 'size' | 'modified' | 'version'>,
  now: number,
): FileAnswer {
  const isSettled = now - file.modified > UNSETTLED;
  const etag = `${isSettled ? '' : 'W/'}"${file.version}"`;
  const lastModified = new Date(file.modified).toUTCString();
  const validators = { ETag: etag, 'Last-Modified': lastModified };
  const common = { ...validators, 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-cache' };
  // 1, 2. The client requires an unchanged file, and the file has changed.
  if (!isUnchanged(request, etag, lastModified)) return { status: 412, headers: common, body: undefined };
  // 3, 4. The client's copy is still current. A browser's reload asks for the whole file.
  if (fresh(request, { etag, 'last-modified': lastModified })) return { status: 304, headers: common, body: undefined };
  const type = contentType(extname(file.name)) || 'application/octet-stream';
  const headers = {
    ...common,
    'Content-Type': type,
    ...(ACTIVE.test(type) ? { 'Content-Security-Policy': NO_SCRIPTS } : {}),
  };
  const whole = {
    status: 200,
    headers: { ...headers, 'Content-Length': String(file.size) },
    body: { start: 0, length: file.size },
  } as const;
  // 5. A range, if the part that the client has is from the same version. Ranges are defined for GET alone.
  if (method !== 'GET' || request.range === undefined) return whole;
  if (!rangeHolds(request['if-range'], isSettled, etag, lastModified)) return whole;
  const range = readRange(request.range, file.size);
  if (range === undefined) return whole;
  if (range === 'unsatisfiable')
    return { status: 416, headers: { ...common, 'Content-Range': `bytes */${file.size}` }, body: undefined };
  const { start, length } = range;
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Range': `bytes ${start}-${start + length - 1}/${file.size}`,
      'Content-Length': String(length),
    },
    body: { start, length },
  };
}

/**
 * Parses a `Range` header of one range (RFC 9110 section 14.1.2). Returns undefined for several ranges and for an invalid header: the whole file is
 * always a correct answer.
 */
function readRange(
  header: string,
  size: number,
): Readonly<{ start: number; length: number }> | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header) ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return start < end ? { start, length: end - start } : 'unsatisfiable';
}

/** Evaluates `If-Match`, or else `If-Unmodified-Since`. Weak validators never match. */
function isUnchanged(request: IncomingHttpHeaders, etag: string, lastModified: string): boolean {
  const match = request['if-match'];
  if (match !== undefined) return match.trim() === '*' || match.split(',').some((one) => isStrong(one.trim(), etag));
  const since = Date.parse(request['if-unmodified-since'] ?? '');
  return Number.isNaN(since) || Date.parse(lastModified) <= since;
}

/** Evaluates `If-Range`: strong comparison of tags, equality of dates (RFC 9110 section 13.1.5). */
function rangeHolds(
  value: string | string[] | undefined,
  isSettled: boolean,
  etag: string,
  lastModified: string,
): boolean {
  if (value === undefined) return true;
  const text = String(value).trim();
  if (!isSettled) return false;
  return /^(?:W\/)?"/.test(text) ? isStrong(text, etag) : Date.parse(text) === Date.parse(lastModified);
}

function isStrong(given: string, etag: string): boolean {
  return given === etag && !etag.startsWith('W/');
}
