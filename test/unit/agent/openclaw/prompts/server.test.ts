import { afterEach, beforeEach, expect, it } from 'vitest';
import { PromptService } from '#agent/openclaw/prompts/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream, Session } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { encodeLine, LineReader } from '#shared/lines.ts';
import { MAX_LINE_BYTES, REMOTE_PARAMS } from '#shared/openclaw/prompts/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import { linkInMemory } from '#test/support/link.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';

const PEER = 'P'.repeat(56) as PeerId;

let clock: FakeClock;
let service: PromptService;
let session: Session;
let asked: unknown[];
let lines: MemoryLineFile;

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  lines = new MemoryLineFile();
  service = new PromptService({
    file: new MemoryDocumentFile(),
    gateways: undefined,
    crypto,
    masterSecret: crypto.randomBytes(32),
    clock,
    logger: silentLogger,
    audit: new AuditLog({ file: lines, clock, logger: silentLogger }),
    peers: { nameOf: () => 'laptop', isReachable: () => true, session: async () => session },
    isWatched: () => false,
    broadcast: () => undefined,
    limits: { streamsPerPeer: 3, requests: { burst: 5, perMinute: 1 } },
  });
  const { initiator, responder } = linkInMemory({ clock });
  session = initiator;
  responder.onStream = (stream) => {
    void service.server.serve(stream, {
      peerId: PEER,
      name: 'laptop',
      authorize: async (detail) => void asked.push(detail),
    });
  };
});
afterEach(() => service.close());

async function open(): Promise<LinkStream> {
  const stream = session.open('rpc', REMOTE_PARAMS);
  await stream.opened;
  return stream;
}

it.each(['garbage\n', '{"type":"exec","request_id":"r"}\n', '{"type":"prompt"}\n'])(
  'a peer that sends %j is cut off, and nobody is asked',
  async (text) => {
    const stream = await open();
    await stream.write(new TextEncoder().encode(text));
    expect(await codeOf(stream.read())).toBe('link.reset');
    expect(asked).toEqual([]);
    expect(lines.lines.join('')).toContain('remote.protocol');
  },
);

it('a peer that opens streams and says nothing has a few, for a short time [S-PROMPT-3]', async () => {
  const streams = [await open(), await open(), await open()];
  await expect(open()).rejects.toThrow('too many');
  await clock.advance(10_001);
  await settle();
  for (const stream of streams) expect(await codeOf(stream.read())).toBe('link.reset');
  expect(await open()).toBeDefined();
});

it('a stream for another service or version is refused', async () => {
  for (const params of [null, {}, { service: 'remote', version: 2 }, { ...REMOTE_PARAMS, more: 1 }])
    await expect(session.open('rpc', params).opened).rejects.toThrow('version');
});

it('a peer that asks for ever more is answered five times, then slowly [S-PROMPT-3]', async () => {
  const codes: unknown[] = [];
  for (let count = 0; count < 7; count += 1) {
    const stream = await open();
    await stream.write(encodeLine({ type: 'workflows', request_id: `r${count}` }));
    const answer = JSON.parse((await new LineReader(stream, MAX_LINE_BYTES).read()) ?? '') as {
      type: string;
      code?: string;
    };
    codes.push(answer.code ?? answer.type);
    stream.reset(0);
    await settle();
  }
  expect(codes).toEqual([...Array.from({ length: 5 }, () => 'workflows'), 'remote.rate', 'remote.rate']);
});
