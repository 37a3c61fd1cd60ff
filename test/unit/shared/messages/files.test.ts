import { expect, it } from 'vitest';
import { createIdentity } from '#shared/identity/index.ts';
import {
  agentMessage,
  encodeMessageLine,
  MESSAGE_FILES,
  messageMedia,
  parseSenderLine,
  partsOf,
  readUnfitMessage,
  signMessage,
  verifyMessage,
  wireMedia,
  type AgentMessage,
  type MessageFile,
} from '#shared/messages/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';

const identity = createIdentity(crypto, new Uint8Array(32).fill(1), { generation: 1, now: 1_800_000_000 });
const file = (change: Partial<MessageFile> = {}): MessageFile => ({
  transfer: 'a'.repeat(32),
  name: 'report.pdf',
  size: 13,
  ...change,
});

async function message(change: Readonly<Record<string, unknown>>): Promise<AgentMessage> {
  return await signMessage(identity, {
    id: 'b'.repeat(32),
    from: `${identity.peerId}/coder`,
    to: `${identity.peerId}/tester`,
    epoch: 'c'.repeat(16),
    seq: 1,
    time: 1,
    expires: 2,
    thread: 't',
    media: 'text/plain+files',
    body: 'See this',
    auto: false,
    hops: 0,
    ...change,
  });
}

const line = (one: AgentMessage): string =>
  new TextDecoder().decode(encodeMessageLine({ type: 'message', message: one })).trim();

it('carries its files under its signature', async () => {
  const signed = await message({ files: [file(), file({ name: 'logs', size: undefined })] });
  const parsed = parseSenderLine(line(signed));
  if (parsed.type !== 'message') throw new Error('no message');
  verifyMessage(crypto, identity.signingKey, parsed.message);
  expect(partsOf(parsed.message)).toEqual({
    media: 'text/plain',
    files: [file(), { transfer: 'a'.repeat(32), name: 'logs' }],
  });
  const changed = { ...parsed.message, files: [file({ name: 'other.pdf' })] };
  expect(() => verifyMessage(crypto, identity.signingKey, changed)).toThrow('signature');
});

it.each([
  ['too many', Array.from({ length: MESSAGE_FILES + 1 }, () => file())],
  ['of two transfers', [file(), file({ transfer: 'd'.repeat(32) })]],
  ['none', []],
  ['without a name', [file({ name: '' })]],
  ['of a name that is too long', [file({ name: 'n'.repeat(256) })]],
  ['of a transfer with no proper ID', [file({ transfer: '../x' })]],
  ['of a size that is none', [file({ size: -1 })]],
])('is not taken with files that are %s [S-GRANT-3]', async (_, files) => {
  const wrong = line(await message({ files }));
  expect(() => parseSenderLine(wrong)).toThrow('malformed');
  expect(readUnfitMessage(wrong)).toMatchObject({ code: 'format.message' });
});

it('is refused by a version that knows no files, with its number passed', async () => {
  const signed = await message({ files: [file()] });
  const older = agentMessage.extend({ media: messageMedia });
  expect(older.safeParse(signed).success).toBe(false);
  expect(older.safeParse({ ...signed, media: 'text/plain' }).success).toBe(true);
  expect(readUnfitMessage(line(signed))).toMatchObject({ id: 'b'.repeat(32), seq: 1, code: 'format.message' });
  expect(wireMedia('application/json', false)).toBe('application/json');
});

it('has none if only a field says so', async () => {
  expect(partsOf(await message({ media: 'text/plain', files: [file()] })).files).toEqual([]);
});
