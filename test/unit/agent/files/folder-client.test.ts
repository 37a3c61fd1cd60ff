import { describe, expect, it } from 'vitest';
import { FolderClient } from '#agent/files/folders/folder-client.ts';
import { systemClock } from '#node/clock/index.ts';
import { encodeLine, LineReader } from '#shared/lines.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { codeOf } from '#test/support/rejections.ts';
import { SENDER } from '#test/support/transfers/transfer-world.ts';

/** Asks a peer that does this with the stream for the folders that it shares. */
async function roots(serve: (stream: IncomingStream) => void): Promise<unknown> {
  const { session } = new FakeLink(serve);
  const network = { current: () => session, mayReach: () => true, session: async () => session };
  const client = new FolderClient({ network, clock: systemClock });
  try {
    return await client.roots(SENDER, AbortSignal.timeout(10_000));
  } finally {
    client.close();
  }
}

/** Answers the first request with an error. */
function answering(code: string) {
  return (stream: IncomingStream): void => {
    const link = stream.accept({});
    void (async () => {
      await new LineReader(link, 65_536).read();
      await link.write(encodeLine({ type: 'error', code }));
    })().catch(() => undefined);
  };
}

describe('a request about shared folders', () => {
  it.each(['rights.denied', 'rights.unanswered', 'file.offers'])('is refused by a peer: %s', async (code) => {
    expect(await codeOf(() => roots((stream) => stream.refuse(code, 'no')))).toBe(code);
    expect(await codeOf(() => roots(answering(code)))).toBe(code);
  });

  it.each(['link.kind', 'remote.params', 'store.write', 'control.invalid'])(
    'is not known to a peer that refuses it with %s',
    async (code) => {
      expect(await codeOf(() => roots((stream) => stream.refuse(code, 'no')))).toBe('file.no-folders');
    },
  );

  it.each(['store.write', 'file.older', 'file.no-folders', 'link.unknown-peer', 'x'])(
    'shows no error of this device because a peer says so: %s',
    async (code) => {
      expect(await codeOf(() => roots(answering(code)))).toBe('file.protocol');
    },
  );

  it('is about nothing where nothing is shared', async () => {
    expect(await roots(answering('file.not-shared'))).toEqual([]);
  });
});
