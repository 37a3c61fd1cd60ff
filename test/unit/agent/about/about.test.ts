import { describe, expect, it } from 'vitest';
import {
  requestSystem,
  isSystemRequest,
  ownFacts,
  serveSystem,
  type MachineFacts,
} from '../../../../src-main/agent/about/index.ts';
import type { PeerSystem } from '#shared/app-api/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { FakeLink } from '#test/support/fake-link.ts';

/** Opens a stream with these params at a device of this version. */
async function told(params: unknown): Promise<Readonly<{ system: PeerSystem | undefined; reply: unknown }>> {
  let system: PeerSystem | undefined;
  const link = new FakeLink((stream) => {
    system = serveSystem(stream)?.system;
  });
  const stream = link.session.open('rpc', params);
  const reply = await stream.opened.catch((error: unknown) => error);
  await stream.end();
  return { system, reply };
}

async function answers(reply: (stream: IncomingStream) => void): Promise<PeerSystem | undefined> {
  return (await requestSystem(new FakeLink(reply).session))?.system;
}

/** Returns the facts that are taken from an answer. */
async function facts(sent: unknown): Promise<MachineFacts | undefined> {
  const link = new FakeLink((stream) => void stream.accept({ system: 'linux', facts: sent }));
  return (await requestSystem(link.session))?.facts;
}

describe('what two peers tell each other of themselves', () => {
  it('is what each runs on, in one stream', async () => {
    let heard: PeerSystem | undefined;
    const link = new FakeLink((stream) => {
      expect([stream.kind, isSystemRequest(stream.params)]).toEqual(['rpc', true]);
      heard = serveSystem(stream, { system: 'linux' })?.system;
    });
    expect([await requestSystem(link.session, 'windows'), heard]).toEqual([
      { system: 'linux', facts: undefined },
      'windows',
    ]);
  });

  it('is a word that is known, or no more than that it is another [S-LINK-12]', async () => {
    expect((await told({ service: 'about', system: 'macos' })).system).toBe('macos');
    expect((await told({ service: 'about', system: 'plan9' })).system).toBe('other');
    expect((await told({ service: 'about', system: '<b>'.repeat(500) })).system).toBe('other');
    expect(await answers((stream) => void stream.accept({ system: 'windows', more: { of: 'later' } }))).toBe('windows');
    expect(await answers((stream) => void stream.accept({ system: 7 }))).toBe('other');
  });

  it('has facts about the machine where they are asked for and given', async () => {
    const given = { os: 'Debian 12', version: '1.8.0', up: 90, user: 'mira', address: '10.20.0.14' };
    const link = new FakeLink((stream) => void serveSystem(stream, { facts: () => given }));
    expect((await requestSystem(link.session))?.facts).toEqual(given);
    const older = await told({ service: 'about', system: 'linux' });
    expect(older.reply).toEqual({ system: 'other' });
    const none = new FakeLink((stream) => void serveSystem(stream, { facts: () => undefined }));
    expect(await requestSystem(none.session)).toEqual({ system: 'other', facts: undefined });
  });

  it('has what the asker may do, where it is asked for', async () => {
    const rights = { terminal: 'allow', view: 'ask', relay: 'deny', forward: 'ask', prompt: 'ask' } as const;
    const link = new FakeLink((stream) => void serveSystem(stream, { rights: () => rights }));
    expect((await requestSystem(link.session))?.rights).toEqual(rights);
    const older = new FakeLink((stream) => void serveSystem(stream, { rights: () => rights }));
    expect(await older.session.open('rpc', { service: 'about', system: 'linux' }).opened).toEqual({
      system: 'other',
    });
  });

  it('has the ends of what the asker may do, and leaves out each that is not one [S-LINK-22]', async () => {
    const link = new FakeLink(
      (stream) => void serveSystem(stream, { rights: () => ({ terminal: 'allow' }), ends: () => ({ terminal: 7 }) }),
    );
    expect((await requestSystem(link.session))?.ends).toEqual({ terminal: 7 });
    const without = await told({ service: 'about', system: 'linux', facts: true });
    expect(without.reply).not.toHaveProperty('ends');
    const sent = { system: 'linux', ends: { terminal: -1, view: '9', relay: 1.5, prompt: 9, camera: 9 } };
    const odd = new FakeLink((stream) => void stream.accept(sent));
    expect((await requestSystem(odd.session))?.ends).toEqual({ prompt: 9 });
  });

  it('says whether a person has confirmed the words, where it is asked for', async () => {
    let compared = false;
    const link = new FakeLink((stream) => void serveSystem(stream, { compared: () => compared }));
    expect((await requestSystem(link.session))?.compared).toBe(false);
    compared = true;
    expect((await requestSystem(link.session))?.compared).toBe(true);
    const older = new FakeLink((stream) => void stream.accept({ system: 'linux', compared: 'yes' }));
    expect((await requestSystem(older.session))?.compared).toBe(undefined);
  });

  it('leaves out each decision that is not one, and rights of a later version [S-LINK-22]', async () => {
    const rights = async (sent: unknown) =>
      (await requestSystem(new FakeLink((stream) => void stream.accept({ system: 'linux', rights: sent })).session))
        ?.rights;
    expect(await rights('allow')).toBe(undefined);
    expect(await rights(['allow'])).toBe(undefined);
    expect(
      await rights({ terminal: 'ALLOW', view: 7, relay: { decision: 'allow' }, forward: 'allow', camera: 'allow' }),
    )
      // A right that is left out is one that nothing is known of.
      .toEqual({ forward: 'allow' });
  });

  it('leaves out each fact that is not one, and cleans the others [S-LINK-22]', async () => {
    expect(await facts('Debian')).toBe(undefined);
    expect(await facts({ os: 7, version: ['1'], up: -1, user: {}, address: 'nas.example' })).toEqual({});
    expect(await facts({ os: 'x'.repeat(1000), up: 1e300, user: '', address: '999.1.1.1' })).toEqual({});
    expect(await facts({ os: 'Debian\u202e 12\n\u001b[31m', user: 'mi\u200bra', later: { more: true } })).toEqual({
      os: 'Debian 12 [31m',
      user: 'mira',
    });
    expect((await facts({ os: 'x'.repeat(200) }))?.os).toHaveLength(64);
    expect(await facts({ address: 'fd00::1' })).toEqual({ address: 'fd00::1' });
  });

  it('names the address of this machine in its own network, never one of a container', () => {
    const address = (name: string, host: string, internal = false) => ({
      interface: name,
      address: host,
      family: 'IPv4' as const,
      internal,
    });
    const interfaces = () => [
      address('lo', '127.0.0.1', true),
      address('docker0', '172.17.0.1'),
      address('eth0', '10.20.0.14'),
    ];
    expect(ownFacts({ version: '1.8.0', machine: () => ({ os: 'Debian 12' }), interfaces })).toEqual({
      version: '1.8.0',
      os: 'Debian 12',
      address: '10.20.0.14',
    });
    expect(ownFacts({ version: '1.8.0', machine: undefined, interfaces: () => [] })).toEqual({ version: '1.8.0' });
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
