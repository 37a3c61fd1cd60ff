import fresh from 'fresh';
import { contentType } from 'mime-types';
import { extname } from 'node:path';
import type { IncomingHttpHeaders } from 'node:http';
import type { SharedFile } from './shared-folder.ts';

/** Head of an answer, and which bytes of the file follow. */
export type FileAnswer = Readonly<{
  status: 200 | 206 | 304 | 412 | 416;
  headers: Readonly<Record<string, string>>;
  /** Bytes `start` to `start + length`; undefined: none. */
  body: Readonly<{ start: number; length: number }> | undefined;
}>;

/** A file that was written so short ago may be written again without a sign of it: its validators are weak (RFC 9110 section 8.8). ms */
const UNSETTLED = 2000;
/** Types in which a page can run scripts, which would read everything else in the folder: every kind of XML can hold those of XHTML. */
const ACTIVE = /^(?:text\/html|(?:text|application)\/xml|text\/xsl|multipart\/related|message\/rfc822|[^;]+\+xml)\b/i;
const NO_SCRIPTS =
  "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; sandbox";

/**
 * Returns the answer for a file: conditions in the order of RFC 9110 section 13.2.2, then a range (section 14).
 * @param now ms since 1970
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
  // 1, 2. What must be unchanged is not.
  if (!isUnchanged(request, etag, lastModified)) return { status: 412, headers: common, body: undefined };
  // 3, 4. What the other side has is still good. A browser's reload asks for the whole.
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
  // 5. A range, where what was fetched before is of the same file. Ranges are defined for GET alone.
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

/** One range of bytes (RFC 9110 section 14.1.2); undefined for several, and for what cannot be read: the whole is always right. */
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

/** If-Match, else If-Unmodified-Since; weak validators never match. */
function isUnchanged(request: IncomingHttpHeaders, etag: string, lastModified: string): boolean {
  const match = request['if-match'];
  if (match !== undefined) return match.trim() === '*' || match.split(',').some((one) => isStrong(one.trim(), etag));
  const since = Date.parse(request['if-unmodified-since'] ?? '');
  return Number.isNaN(since) || Date.parse(lastModified) <= since;
}

/** If-Range compares strongly, and a date only for equality (RFC 9110 section 13.1.5). */
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
