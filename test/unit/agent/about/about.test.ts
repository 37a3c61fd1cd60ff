import { describe, expect, it } from 'vitest';
import { requestSystem, isSystemRequest, OWN_SYSTEM, serveSystem } from '../../../../src-main/agent/about/index.ts';
import type { PeerSystem } from '#shared/app-api/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { FakeLink } from '#test/support/fake-link.ts';

/** Opens a stream with these params at a device of this version. */
async function told(params: unknown): Promise<Readonly<{ system: PeerSystem | undefined; reply: unknown }>> {
  let system: PeerSystem | undefined;
  const link = new FakeLink((stream) => {
    system = serveSystem(stream);
  });
  const stream = link.session.open('rpc', params);
  const reply = await stream.opened.catch((error: unknown) => error);
  await stream.end();
  return { system, reply };
}

function answers(reply: (stream: IncomingStream) => void): Promise<PeerSystem | undefined> {
  return requestSystem(new FakeLink(reply).session);
}

describe('what two peers tell each other of themselves', () => {
  it('is what each runs on, in one stream', async () => {
    let heard: PeerSystem | undefined;
    const link = new FakeLink((stream) => {
      expect([stream.kind, isSystemRequest(stream.params)]).toEqual(['rpc', true]);
      heard = serveSystem(stream);
    });
    expect([await requestSystem(link.session), heard]).toEqual([OWN_SYSTEM, OWN_SYSTEM]);
  });

  it('is a word that is known, or no more than that it is another [S-LINK-12]', async () => {
    expect((await told({ service: 'about', system: 'macos' })).system).toBe('macos');
    expect((await told({ service: 'about', system: 'plan9' })).system).toBe('other');
    expect((await told({ service: 'about', system: '<b>'.repeat(500) })).system).toBe('other');
    expect(await answers((stream) => void stream.accept({ system: 'windows', more: { of: 'later' } }))).toBe('windows');
    expect(await answers((stream) => void stream.accept({ system: 7 }))).toBe('other');
  });

  it('is nothing where it is no answer at all, or a version before this', async () => {
    expect(await answers((stream) => void stream.accept('linux'))).toBe(undefined);
    await expect(
      answers((stream) => stream.refuse('remote.params', 'the stream asks for nothing that is known')),
    ).rejects.toMatchObject({ code: 'link.refused' });
    expect([isSystemRequest(null), isSystemRequest({ service: 'udp' }), isSystemRequest('about')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
