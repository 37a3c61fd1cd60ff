import { describe, expect, it } from 'vitest';
import { sendIntroduction } from '#agent/introductions/messages.ts';
import { LinkError, type Session } from '#shared/link/index.ts';

/** Sends an introduction to a peer that refuses it. @returns the code of the error here */
async function refusedWith(code: string): Promise<unknown> {
  const opened = Promise.reject(new LinkError('link.refused', 'refused', { details: { code, message: 'because' } }));
  opened.catch(() => undefined);
  const session = { open: () => ({ opened, reset: () => undefined }) } as unknown as Pick<Session, 'open'>;
  const message = { introduction: new Uint8Array(1), certificate: new Uint8Array(1), name: 'tablet' };
  return await sendIntroduction(session, message, { signal: AbortSignal.timeout(1000) }).then(
    () => 'none',
    (error: { code: unknown }) => error.code,
  );
}

describe('a refused introduction', () => {
  it.each(['rights.denied', 'introduction.replayed', 'introduction.busy', 'introduction.browsers-off'])(
    'fails with the reason of the peer: %s',
    async (code) => {
      expect(await refusedWith(code)).toBe(code);
    },
  );

  it.each([
    'format.introduction',
    'format.introduction-end',
    'introduction-end.signature',
    'format.certificate',
    'certificate.expired',
  ])('is no sign of an older version where the peer could not read it: %s', async (code) => {
    expect(await refusedWith(code)).toBe('introduction.params');
  });

  it('says that the peer is older where it does not know the question', async () => {
    expect(await refusedWith('rpc.unknown')).toBe('introduction.older');
    // A code of this device must not come from a peer.
    expect(await refusedWith('store.write')).toBe('introduction.older');
  });
});
