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

  it.each(['internal', 'link.no-service', 'store.write', 'x'])(
    'may be made again after a refusal that says nothing about folders: %s',
    async (code) => {
      expect(await codeOf(() => roots((stream) => stream.refuse(code, 'no')))).toBe('link.refused');
    },
  );

  it.each(['link.kind', 'remote.params'])('is not known to a peer that refuses it with %s', async (code) => {
    expect(await codeOf(() => roots((stream) => stream.refuse(code, 'no')))).toBe('file.no-folders');
  });

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

describe('a listing of a hostile peer', () => {
  const file = (name: string) => ({ name, kind: 'file', size: 0, mtime: 0 });

  /** Lists a folder at a peer that sends these lines, one after the other, as often as they are read. */
  async function list(
    lines: (number: number) => Readonly<Record<string, unknown>>,
    after?: string,
  ): Promise<{ sent: number; code: string }> {
    let sent = 0;
    const { session } = new FakeLink((stream) => {
      const link = stream.accept({});
      void (async () => {
        await new LineReader(link, 65_536).read();
        for (; sent < 300; sent += 1) await link.write(encodeLine(lines(sent)));
      })().catch(() => undefined);
    });
    const network = { current: () => session, mayReach: () => true, session: async () => session };
    const client = new FolderClient({ network, clock: systemClock });
    const request = { root: 'photos', path: [], ...(after === undefined ? {} : { after }) };
    const code = await codeOf(() => client.list(SENDER, request, AbortSignal.timeout(5000)));
    client.close();
    return { sent, code };
  }

  it('has an end [S-FILE-3]', async () => {
    const entries = (turn: number) =>
      Array.from({ length: 500 }, (_, index) => file(String(turn * 500 + index).padStart(9, '0')));
    const { sent, code } = await list((turn) => ({ type: 'entries', entries: entries(turn) }));
    expect(code).toBe('file.protocol');
    expect(sent).toBeLessThan(100);
  });

  it.each<readonly [string, readonly string[]]>([
    ['the same again', ['a', 'b']],
    ['no order', ['d', 'c']],
    ['one name twice', ['d', 'd']],
  ])('goes on after what is known: %s [S-FILE-3]', async (_about, names) => {
    const { code } = await list((turn) => {
      return turn === 0 ? { type: 'entries', entries: names.map(file) } : { type: 'end', more: true };
    }, 'b');
    expect(code).toBe('file.protocol');
  });

  it.each(['..', '.', '.hidden', 'a/b', '/etc', 'a\u0000', 'a\u001b[2J', 'a\nb'])(
    'has no name that no machine serves: %j [S-FILE-3]',
    async (name) => {
      const { code } = await list((turn) => {
        return turn === 0 ? { type: 'entries', entries: [file(name)] } : { type: 'end', more: false };
      });
      expect(code).toBe('file.protocol');
    },
  );
});
