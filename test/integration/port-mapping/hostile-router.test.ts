import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { MAPPING_LIMITS, PortMapper, type MappingMethod, type MappingRequest } from '#node/port-mapping/index.ts';
import { description, HostileRouter, type HostileAnswers } from '#test/support/port-mapping/hostile-router.ts';

const REQUEST: MappingRequest = {
  protocol: 'tcp',
  port: 7474,
  externalPort: 7474,
  life: 3_600_000,
  nonce: new Uint8Array(12).fill(7),
};
const ADDRESS = `127.41.${process.pid % 250}.1`;
/** Machine of the same network that is not the router. */
const OTHER = `127.41.${process.pid % 250}.2`;

const open: HostileRouter[] = [];
afterEach(() => {
  for (const router of open.splice(0)) router.close();
});

async function start(address: string, answers: HostileAnswers): Promise<HostileRouter> {
  const router = await HostileRouter.start(address, answers);
  open.push(router);
  return router;
}

function ask(method: MappingMethod, gateway: string | undefined = ADDRESS) {
  const mapper = new PortMapper({ clock: systemClock, methods: [method], gateway: () => Promise.resolve(gateway) });
  return mapper.map(REQUEST, new AbortController().signal);
}

/** Answers UPnP properly, with changes. */
const proper: Required<Pick<HostileAnswers, 'location' | 'http'>> = {
  location: (port) => `http://${ADDRESS}:${port}/root.xml`,
  http: (path, action) => {
    if (path === '/root.xml') return { status: 200, body: description('/control') };
    const address = '<NewExternalIPAddress>8.9.10.11</NewExternalIPAddress>';
    return { status: 200, body: `<e><b>${action?.includes('GetExternal') === true ? address : ''}</b></e>` };
  },
};

describe.skipIf(process.platform !== 'linux')('a router that answers as it likes', () => {
  it('is used where it answers properly, so that the attacks below fail for the right reason', async () => {
    await start(ADDRESS, proper);
    expect(await ask('upnp')).toEqual({
      kind: 'mapped',
      mapped: { method: 'upnp', address: '8.9.10.11', port: 7474, life: 3_600_000 },
    });
  });

  it('leads to no other host by the URL of its description [S-MAP-1]', async () => {
    const other = await start(OTHER, { http: proper.http });
    for (const location of [
      (port: number) => `http://${OTHER}:${port}/root.xml`,
      (port: number) => `http://${ADDRESS}@${OTHER}:${port}/root.xml`,
      () => 'file:///etc/passwd',
      () => `https://${ADDRESS}/root.xml`,
    ]) {
      const router = await start(ADDRESS, { ...proper, location });
      expect(await ask('upnp')).toEqual({ kind: 'none' });
      expect(router.requests).toEqual([]);
      open.splice(open.indexOf(router), 1);
      router.close();
    }
    expect(other.requests).toEqual([]);
  });

  it('leads to no other host by a redirect or the URL of its service [S-MAP-1]', async () => {
    const other = await start(OTHER, { http: () => ({ status: 200, body: description('/control') }) });
    const elsewhere = (port: number): string => `http://${OTHER}:${port}/control`;
    for (const http of [
      (_path: string, _action: unknown, port: number) => ({
        status: 302,
        headers: { Location: elsewhere(port) },
        body: '',
      }),
      (_path: string, _action: unknown, port: number) => ({ status: 200, body: description(elsewhere(port)) }),
      (_path: string, _action: unknown, port: number) => ({ status: 200, body: description(`//${OTHER}:${port}/`) }),
    ]) {
      const router = await start(ADDRESS, { ...proper, http });
      expect(await ask('upnp')).toEqual({ kind: 'none' });
      expect(router.requests).toEqual(['GET /root.xml']);
      open.splice(open.indexOf(router), 1);
      router.close();
    }
    expect(other.requests).toEqual([]);
  });

  it.each([
    ['an endless description', `${description('/control')}${' '.repeat(MAPPING_LIMITS.answer)}`],
    ['entities that grow', `<!DOCTYPE r [<!ENTITY a "aaaa">]>${description('/control')}`],
    ['elements within elements', '<a>'.repeat(20_000)],
    ['no XML', '\u0000\u0001<<<'],
    ['a service of another kind', description('/control', 'urn:schemas-upnp-org:service:Layer3Forwarding:1')],
  ])('that sends %s is one that maps nothing [S-MAP-2]', async (_what, body) => {
    await start(ADDRESS, { ...proper, http: () => ({ status: 200, body }) });
    expect(await ask('upnp')).toEqual({ kind: 'none' });
  });

  it('that never ends an answer is left after three seconds [S-MAP-2]', async () => {
    await start(ADDRESS, { ...proper, http: () => null });
    expect(await ask('upnp')).toEqual({ kind: 'none' });
  });

  it.each(['pcp', 'nat-pmp'] as const)(
    'that stays silent is asked three times by %s, then left [S-MAP-2]',
    async (method) => {
      const router = await start(ADDRESS, {});
      expect(await ask(method)).toEqual({ kind: 'none' });
      expect(router.datagrams).toBe(MAPPING_LIMITS.waits.length);
    },
  );

  it.each(['pcp', 'nat-pmp'] as const)(
    'whose datagrams are no answers of %s opens nothing [S-MAP-2]',
    async (method) => {
      const answers = [
        // Another nonce, another length, none at all, another operation.
        (request: Buffer) =>
          Buffer.from(request.map((byte, at) => (at >= 24 && at < 36 ? byte ^ 1 : at === 1 ? byte | 0x80 : byte))),
        (request: Buffer) => request.subarray(0, 3),
        () => Buffer.alloc(0),
        () => Buffer.alloc(1100, 0x82),
      ];
      for (const datagram of answers) {
        const router = await start(ADDRESS, { datagram });
        expect((await ask(method)).kind).not.toBe('mapped');
        open.splice(open.indexOf(router), 1);
        router.close();
      }
    },
  );

  it('is refused where it names no address, and asked a bounded number of times about ports [S-MAP-2]', async () => {
    let asked = 0;
    await start(ADDRESS, {
      ...proper,
      http: (path, action) => {
        if (action?.includes('AddPortMapping') !== true) return proper.http(path, action, 0);
        asked += 1;
        return { status: 500, body: '<e><errorCode>718</errorCode></e>' };
      },
    });
    expect(await ask('upnp')).toMatchObject({ kind: 'refused', reason: 'refused', code: '718' });
    expect(asked).toBe(MAPPING_LIMITS.ports);
  });

  it('is asked nothing where there is none', async () => {
    const mapper = new PortMapper({ clock: systemClock, gateway: () => Promise.resolve(undefined) });
    expect(await mapper.map(REQUEST, new AbortController().signal)).toEqual({ kind: 'none' });
  });
});
