import { createParser } from 'eventsource-parser';
import { PlatformError } from './errors.ts';
import { PLATFORM_LIMITS } from './limits.ts';

/** Media type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream';

/**
 * Reads the events of a stream as JSON values, whatever their names. Comments are skipped.
 * @throws {PlatformError} `platform.protocol` for an event that isn't JSON or exceeds the limit; the errors of `pieces`
 */
export async function* decodeServerSentEvents(pieces: AsyncIterable<string>): AsyncGenerator {
  const arrived: string[] = [];
  const parser = createParser({
    // Escapes lengthen an event at most sixfold.
    maxBufferSize: PLATFORM_LIMITS.nodeEvent * 6,
    onEvent: ({ data }) => void arrived.push(data),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw protocolError('an event is too large');
    },
  });
  for await (const piece of pieces) {
    parser.feed(piece);
    for (const data of arrived.splice(0)) yield parseJson(data);
  }
}

/** Parses JSON of the relay. @throws {PlatformError} `platform.protocol` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw protocolError('the answer is not JSON', cause);
  }
}

function protocolError(message: string, cause?: unknown): PlatformError {
  return new PlatformError('platform.protocol', message, { cause });
}
