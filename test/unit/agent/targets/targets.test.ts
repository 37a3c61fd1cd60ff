import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TargetRequester } from '#agent/targets/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';

const NAMES = {
  'db.internal': ['10.1.2.3'],
  'example.com': ['93.184.216.34', '2606:2800:220:1::1'],
  'office-by-dns.example': ['192.168.7.7'],
  'six.example': ['fd00::7'],
  'nat64.example': ['64:ff9b::192.168.7.7'],
  'both.example': ['10.1.2.3', '192.168.7.7'],
  office: ['192.168.7.7', '127.0.1.1'],
  'office.local': ['192.168.7.7'],
  'office.lan.example': ['192.168.7.7'],
  'office.evil.example': ['192.168.7.7'],
  'mixed.example': ['169.254.169.254', '10.1.2.3', '127.0.0.1'],
  'inside.example': ['127.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'zero.example': ['0.0.0.0'],
  'metadata.example': ['169.254.169.254'],
  'link-local.example': ['fe80::1%eth0', 'fe80::2'],
  'empty.example': [],
  'metadata.google.internal': ['10.9.9.9'],
};

const OWN = ['192.168.7.7', 'fd00::7%eth0'];

let target: TargetSide;
let laptop: PeerId;

beforeEach(() => {
  target = new TargetSide({ clock: new FakeClock(), names: NAMES, ownAddresses: OWN, hostName: 'Office.lan.example' });
  laptop = target.addPeer('laptop');
});
afterEach(() => target.close());

function asker(): TargetRequester {
  return { peerId: laptop, name: 'laptop', session: { id: 's', closed: new Promise(() => undefined) } };
}

/** The addresses that may be connected to, `asked` where a person would be, or the code of the refusal. */
async function outcome(host: string, port = 80, use: 'tcp' | 'udp' | 'listen' = 'tcp'): Promise<string> {
  const asked = new AbortController();
  let result = '';
  try {
    const allowed = await target.policy.check(
      asker(),
      use,
      { host, port },
      {
        signal: asked.signal,
        onWaiting: () => {
          result = 'asked';
          asked.abort();
        },
      },
    );
    return allowed.addresses.join(' ');
  } catch (error) {
    return result === '' && error instanceof Error && 'code' in error ? String(error.code) : result;
  }
}

describe('what nobody has decided', () => {
  it.each(['10.0.0.1', '127.0.0.1', 'localhost', 'db.internal', 'example.com', '0.0.0.0', '::'])(
    'is asked about: %s [S-TARGET-1]',
    async (host) => {
      expect(await outcome(host)).toBe('asked');
    },
  );

  it('is refused without a look at its name where the right is denied [S-TARGET-1]', async () => {
    target.rights.set(laptop, 'forward', 'deny');
    target.allow(laptop, '*:*');
    expect(await outcome('db.internal')).toBe('forward.denied');
    expect(await outcome('10.0.0.1')).toBe('forward.denied');
    expect(target.looked).toEqual([]);
  });

  it('is refused to a peer that was forgotten', async () => {
    target.allow(laptop, '*:*');
    const who = asker();
    target.peers.forget(laptop);
    const options = { signal: new AbortController().signal };
    await expect(target.policy.check(who, 'tcp', { host: '10.0.0.1', port: 1 }, options)).rejects.toMatchObject({
      code: 'forward.denied',
    });
  });
});

const METADATA = 'forward.protected';

describe('a name that was made to mean this machine', () => {
  it.each(['office-by-dns.example', 'six.example', 'nat64.example', 'office.evil.example', 'inside.example'])(
    'is not covered by the pattern of the name: %s [S-TARGET-4]',
    async (host) => {
      target.allow(laptop, `${host}:*`, '*.example:*');
      expect(await outcome(host, 22)).toBe('asked');
    },
  );

  it('is reached at its other addresses only [S-TARGET-4]', async () => {
    target.allow(laptop, 'both.example:*');
    expect(await outcome('both.example')).toBe('10.1.2.3');
  });

  it.each(['192.168.7.7:*', '192.168.0.0/16:*', '*:*'])(
    'is covered by %s, which says so [S-TARGET-4]',
    async (text) => {
      target.allow(laptop, text);
      expect(await outcome('office-by-dns.example')).toBe('192.168.7.7');
    },
  );

  it.each(['office', 'office.local', 'office.lan.example'])(
    'is covered where it is its own name: %s [S-TARGET-4]',
    async (host) => {
      target.allow(laptop, `${host}:*`);
      expect(await outcome(host.toUpperCase())).toBe('192.168.7.7');
    },
  );
});

describe('what is never reached, whatever the rights', () => {
  beforeEach(() => {
    target.rights.set(laptop, 'forward', 'allow');
    target.allow(laptop, '*:*', '0.0.0.0/0:*', '::/0:*', '*.example:*');
  });

  it.each([
    ['169.254.169.254', 'the metadata service'],
    ['169.254.0.1', 'link-local'],
    ['169.254.255.255', 'link-local, the last one'],
    ['169.254.169.254.', 'with a dot at the end'],
    ['2852039166', 'as one number'],
    ['0xa9fea9fe', 'in hexadecimal'],
    ['0xA9FEA9FE', 'in hexadecimal, upper case'],
    ['0251.0376.0251.0376', 'in octal'],
    ['0xa9.254.0251.0xfe', 'in all three'],
    ['169.254.43518', 'in three parts'],
    ['169.16689662', 'in two parts'],
    ['0000251.254.169.254', 'with more zeros'],
    ['::ffff:169.254.169.254', 'mapped'],
    ['::ffff:a9fe:a9fe', 'mapped, in groups'],
    ['0:0:0:0:0:FFFF:A9FE:A9FE', 'mapped, written out'],
    ['::169.254.169.254', 'compatible'],
    ['::ffff:0:169.254.169.254', 'translated'],
    ['64:ff9b::169.254.169.254', 'behind NAT64'],
    ['64:ff9b::a9fe:a9fe', 'behind NAT64, in groups'],
    ['64:ff9b::127.0.0.1', 'loopback behind NAT64'],
    ['64:ff9b:1::a9fe:a9fe', 'behind NAT64 of the place'],
    ['2002:a9fe:a9fe::1', 'in 6to4'],
    ['2001:0:a9fe:a9fe::1', 'in Teredo'],
    ['::127.0.0.1', 'loopback, compatible'],
    ['fe80::1', 'link-local'],
    ['FEBF::1', 'link-local, the last ones'],
    ['fe80::1%eth0', 'with a zone'],
    ['fe80::1%25eth0', 'with a zone as in a URL'],
    ['127.0.0.1%eth0', 'loopback with a zone'],
    ['::1%lo', 'loopback with a zone, IPv6'],
    ['fd00:ec2::254', 'metadata by IPv6'],
    ['fd00:0ec2:0:0:0:0:0:0254', 'metadata by IPv6, written out'],
    ['fd20:ce::254', 'metadata by IPv6 of another cloud'],
    ['fd00:ec2::23', 'credentials of Amazon EKS by IPv6'],
    ['fd00:42::42', 'metadata of Scaleway by IPv6'],
    ['FD00:0042:0:0:0:0:0:0042', 'metadata of Scaleway by IPv6, written out'],
    ['fd00:42::0.0.0.66', 'metadata of Scaleway by IPv6, its end as IPv4'],
    ['fd00:c1::a9fe:a9fe', 'metadata of Oracle by IPv6'],
    ['fd00:c1::169.254.169.254', 'metadata of Oracle by IPv6, its end as IPv4'],
    ['fd00:a9fe:a9fe::1', 'metadata of Akamai by IPv6'],
    ['fd00:a9fe:a9fe::254', 'metadata by IPv6 of other clouds'],
    ['fd00:100::100:200', 'metadata of Alibaba by IPv6'],
    ['fe80::a9fe:a9fe', 'metadata of OpenStack by IPv6'],
    ['fd00:42::42%eth0', 'metadata by IPv6 with a zone'],
    ['100.100.100.200', 'metadata of Alibaba'],
    ['::ffff:100.100.100.200', 'metadata of Alibaba, mapped'],
    ['64:ff9b::100.100.100.200', 'metadata of Alibaba behind NAT64'],
    ['2002:6464:64c8::1', 'metadata of Alibaba in 6to4'],
    ['168.63.129.16', 'the host of a machine in Azure'],
    ['64:ff9b:1::168.63.129.16', 'the host of a machine in Azure behind NAT64 of the place'],
    ['192.0.0.192', 'metadata of Oracle'],
    ['169.254.170.2', 'credentials of Amazon ECS'],
    ['169.254.170.23', 'credentials of Amazon EKS'],
    ['169.254.42.42', 'metadata of Scaleway'],
    ['169.254.0.23', 'metadata of Tencent'],
    ['169.254.169.250', 'metadata of Rancher'],
    ['64:ff9b:1:a9fe:a9:fe00::', 'behind NAT64 of the place with a prefix of 48 bits'],
    ['64:ff9b:1:00a9:fe:a9fe::', 'behind NAT64 of the place with a prefix of 56 bits'],
    ['64:ff9b:1:0:a9:fea9:fe00::', 'behind NAT64 of the place with a prefix of 64 bits'],
    ['64:ff9b:1:7f00:0:0100::', 'loopback behind NAT64 of the place with a prefix of 48 bits'],
    ['metadata.goog', 'by another name'],
    ['instance-data', 'by a name of Amazon'],
    ['metadata.tencentyun.com', 'by a name of Tencent'],
    ['rancher-metadata', 'by a name of Rancher'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['0.1.2.3', 'this network'],
    ['metadata.google.internal', 'by name, whatever it resolves to'],
    ['METADATA.google.internal.', 'by name, written otherwise'],
    ['metadata.example', 'a name that leads there'],
    ['link-local.example', 'a name that leads to link-local addresses'],
  ])('%s: %s [S-TARGET-2]', async (host) => {
    expect(await outcome(host)).toBe(METADATA);
    expect(await outcome(host, 53, 'udp')).toBe(METADATA);
  });

  it('leaves the other addresses of a name that has some of both', async () => {
    expect(await outcome('mixed.example')).toBe('10.1.2.3 127.0.0.1');
  });

  it('has no way around it in how an address is written [S-TARGET-2]', async () => {
    const last = (value: number): string[] => [String(value), `0${value.toString(8)}`, `0x${value.toString(16)}`];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(0xffff),
        fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (host, forms, parts, dot) => {
          const bytes = [169, 254, host >> 8, host & 0xff];
          const head = bytes.slice(0, parts - 1);
          const tail = bytes.slice(parts - 1).reduce((value, byte) => value * 256 + byte, 0);
          const text = [...head, tail].map((value, index) => last(value)[forms[index] ?? 0]).join('.');
          expect(await outcome(`${text}${dot ? '.' : ''}`)).toBe(METADATA);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps peers from the ports of this program, at every address of this machine [S-TARGET-2]', async () => {
    const release = target.ownPorts.claim(7473);
    for (const host of [
      '127.0.0.1',
      '127.8.8.8',
      '::1',
      'localhost',
      '0.0.0.0',
      '::',
      '0x7f.1',
      '::ffff:127.0.0.1',
      '192.168.7.7',
      'fd00::7',
      'inside.example',
      'zero.example',
    ])
      expect([host, await outcome(host, 7473)]).toEqual([host, METADATA]);
    expect(await outcome('10.0.0.1', 7473)).toBe('10.0.0.1');
    expect(await outcome('127.0.0.1', 7474)).toBe('127.0.0.1');
    release();
    release();
    expect(await outcome('127.0.0.1', 7473)).toBe('127.0.0.1');
  });
});

describe('what cannot be an address or a name', () => {
  it.each([
    '256.0.0.1',
    '1.2.3.4.5',
    '08.0.0.1',
    '4294967296',
    '0x',
    '1.2.3.0x',
    'a..b',
    '.',
    '..',
    '-a.b',
    'a-.b',
    'a~b',
    `${'a'.repeat(64)}.b`,
    'x:80',
    '1:2',
    ':::',
    `${'a.'.repeat(127)}b`,
  ])('is refused, and never given to the resolver: %s', async (host) => {
    target.rights.set(laptop, 'forward', 'allow');
    expect(await outcome(host)).toBe('forward.name');
    expect(target.looked).toEqual([]);
  });

  it('or has no address', async () => {
    target.rights.set(laptop, 'forward', 'allow');
    expect(await outcome('missing.example')).toBe('forward.name');
    expect(await outcome('empty.example')).toBe('forward.name');
  });
});

describe('a pattern', () => {
  it.each<readonly [pattern: string, host: string, port: number, result: string]>([
    ['10.1.2.3:5432', '10.1.2.3', 5432, '10.1.2.3'],
    ['10.1.2.3:5432', '10.1.2.3', 5433, 'asked'],
    ['10.1.2.3:5432', '0xa010203', 5432, '10.1.2.3'],
    ['10.1.2.3:5432', '::ffff:10.1.2.3', 5432, '10.1.2.3'],
    ['::ffff:10.1.2.3:5432', '10.1.2.3', 5432, '10.1.2.3'],
    // Addresses and networks: what a name resolves to counts.
    ['10.1.2.3:5432', 'db.internal', 5432, '10.1.2.3'],
    ['10.0.0.0/8:*', 'db.internal', 1, '10.1.2.3'],
    ['10.0.0.0/8:*', 'example.com', 1, 'asked'],
    ['93.184.216.0/24:*', 'example.com', 443, '93.184.216.34'],
    ['2606::/16:*', 'example.com', 443, '2606:2800:220:1::1'],
    // The edges of a network.
    ['10.0.0.0/31:*', '10.0.0.1', 1, '10.0.0.1'],
    ['10.0.0.0/31:*', '10.0.0.2', 1, 'asked'],
    ['10.0.0.128/25:*', '10.0.0.127', 1, 'asked'],
    ['10.0.0.128/25:*', '10.0.0.128', 1, '10.0.0.128'],
    ['10.0.0.128/25:*', '10.0.0.255', 1, '10.0.0.255'],
    ['10.0.0.128/25:*', '10.0.1.0', 1, 'asked'],
    ['0.0.0.0/0:*', '8.8.8.8', 1, '8.8.8.8'],
    ['0.0.0.0/0:*', '2606::1', 1, 'asked'],
    ['::/0:*', '8.8.8.8', 1, 'asked'],
    ['::/0:*', '2606::1', 1, '2606::1'],
    // Ranges of ports.
    ['10.1.2.3:8000-8100', '10.1.2.3', 8000, '10.1.2.3'],
    ['10.1.2.3:8000-8100', '10.1.2.3', 8100, '10.1.2.3'],
    ['10.1.2.3:8000-8100', '10.1.2.3', 7999, 'asked'],
    ['10.1.2.3:8000-8100', '10.1.2.3', 8101, 'asked'],
    // Names: as asked for.
    ['db.internal:5432', 'db.internal', 5432, '10.1.2.3'],
    ['db.internal:5432', 'DB.Internal.', 5432, '10.1.2.3'],
    ['DB.internal.:5432', 'db.internal', 5432, '10.1.2.3'],
    ['db.internal:5432', '10.1.2.3', 5432, 'asked'],
    ['db.internal:5432', 'example.com', 5432, 'asked'],
    ['*.internal:*', 'db.internal', 1, '10.1.2.3'],
    ['*.ternal:*', 'db.internal', 1, 'asked'],
    ['*.com:*', 'example.com', 1, '93.184.216.34 2606:2800:220:1::1'],
    ['example.com:*', 'example.com', 1, '93.184.216.34 2606:2800:220:1::1'],
    ['*.example.com:*', 'example.com', 1, 'asked'],
    // A name does not open this machine itself, unless it means it.
    ['inside.example:*', 'inside.example', 80, 'asked'],
    ['*.example:*', 'inside.example', 80, 'asked'],
    ['mapped.example:*', 'mapped.example', 80, 'asked'],
    ['zero.example:*', 'zero.example', 80, 'asked'],
    ['127.0.0.1:*', 'inside.example', 80, '127.0.0.1'],
    ['mixed.example:*', 'mixed.example', 80, '10.1.2.3'],
    ['*:*', 'inside.example', 80, '127.0.0.1'],
    // This machine.
    ['localhost:80', 'localhost', 80, '127.0.0.1 ::1'],
    ['localhost:80', 'LOCALHOST.', 80, '127.0.0.1 ::1'],
    ['localhost:80', '127.0.0.1', 80, '127.0.0.1'],
    ['localhost:80', '127.1', 80, '127.0.0.1'],
    ['localhost:80', '2130706433', 80, '127.0.0.1'],
    ['localhost:80', '0177.0.0.1', 80, '127.0.0.1'],
    ['localhost:80', '::1', 80, '::1'],
    ['localhost:80', '0.0.0.0', 80, '127.0.0.1'],
    ['localhost:80', '0', 80, '127.0.0.1'],
    ['localhost:80', '::', 80, '::1'],
    ['localhost:80', '127.0.0.2', 80, 'asked'],
    ['localhost:80', 'app.localhost', 80, '127.0.0.1 ::1'],
    ['127.0.0.1:80', 'localhost', 80, '127.0.0.1'],
    ['0.0.0.0:80', 'localhost', 80, '127.0.0.1'],
    ['127.0.0.0/8:80', '127.3.2.1', 80, '127.3.2.1'],
    ['127.0.0.0/8:80', '::1', 80, 'asked'],
    ['*:*', '10.9.9.9', 65_535, '10.9.9.9'],
    ['*:443', '10.9.9.9', 443, '10.9.9.9'],
    ['*:443', '10.9.9.9', 442, 'asked'],
    // Listening is another thing.
    ['listen *:*', '10.9.9.9', 443, 'asked'],
  ])('%s and %s port %i: %s [S-TARGET-1]', async (pattern, host, port, result) => {
    target.allow(laptop, pattern);
    expect(await outcome(host, port)).toBe(result);
  });

  it('of one peer says nothing of another', async () => {
    const other = target.addPeer('office');
    target.allow(other, '*:*');
    expect(await outcome('10.0.0.1')).toBe('asked');
  });

  it('counts only until its time is over', async () => {
    target = new TargetSide({ clock: new FakeClock(), names: NAMES });
    const clock = new FakeClock();
    target.close();
    target = new TargetSide({ clock, names: NAMES });
    laptop = target.addPeer('laptop');
    target.peers.setTargets(laptop, [{ kind: 'connect', host: '*', ports: '*', expiresAt: clock.now() + 1000 }]);
    expect(await outcome('10.0.0.1')).toBe('10.0.0.1');
    await clock.advance(1000);
    expect(await outcome('10.0.0.1')).toBe('asked');
  });
});

describe('a peer that the relay has reported as removed', () => {
  it('reaches nothing, not even what was always allowed, and what is open ends, until a person readmits it [S-RIGHT-7]', async () => {
    target.peers.setTargets(laptop, [{ kind: 'connect', host: '10.0.0.1', ports: '*', expiresAt: null }]);
    const allowed = await target.policy.check(
      asker(),
      'tcp',
      { host: '10.0.0.1', port: 80 },
      { signal: new AbortController().signal },
    );
    let ended = 0;
    target.policy.watch(asker(), allowed, '10.0.0.1', () => (ended += 1));
    target.peers.suspend(laptop, 1);
    expect(ended).toBe(1);
    expect([await outcome('10.0.0.1'), await outcome('10.0.0.2')]).toEqual(['forward.denied', 'forward.denied']);
    target.peers.readmit(laptop);
    expect([await outcome('10.0.0.1'), await outcome('10.0.0.2')]).toEqual(['10.0.0.1', 'asked']);
  });
});

describe('a port to listen at', () => {
  it.each<readonly [pattern: string, host: string, port: number, result: string]>([
    ['connect:1', '127.0.0.1', 8080, 'asked'],
    ['connect:1', 'localhost', 8080, 'asked'],
    ['connect:1', '127.0.0.1', 0, 'asked'],
    // What others than this machine can reach takes a pattern; nobody is asked.
    ['connect:1', '0.0.0.0', 8080, 'forward.denied'],
    ['connect:1', '::', 8080, 'forward.denied'],
    ['connect:1', '192.168.7.7', 8080, 'forward.denied'],
    ['*:*', '0.0.0.0', 8080, 'forward.denied'],
    ['listen 127.0.0.1:*', '0.0.0.0', 8080, 'forward.denied'],
    ['listen 127.0.0.1:*', '127.0.0.1', 0, '127.0.0.1'],
    ['listen localhost:*', 'localhost', 0, '127.0.0.1'],
    ['listen 127.0.0.1:8080', '127.0.0.1', 0, 'asked'],
    ['listen 127.0.0.1:8080', '127.0.0.1', 8080, '127.0.0.1'],
    ['listen 0.0.0.0:8000-8100', '0.0.0.0', 8080, '0.0.0.0'],
    ['listen 0.0.0.0:8000-8100', '0', 8080, '0.0.0.0'],
    ['listen 0.0.0.0:8000-8100', '::', 8080, 'forward.denied'],
    ['listen 192.168.0.0/16:*', '192.168.7.7', 8080, '192.168.7.7'],
    ['listen *:*', '0.0.0.0', 8080, '0.0.0.0'],
    ['listen *:*', 'db.internal', 8080, 'forward.name'],
    ['listen *:*', '169.254.169.254', 8080, 'forward.protected'],
    ['listen *:*', 'fe80::1%eth0', 8080, 'forward.protected'],
    ['listen *:*', '239.1.1.1', 8080, 'forward.protected'],
  ])('%s and %s port %i: %s [S-TARGET-1]', async (pattern, host, port, result) => {
    target.allow(laptop, pattern);
    expect(await outcome(host, port, 'listen')).toBe(result);
  });

  it('with the right as a whole is one of loopback [S-TARGET-5]', async () => {
    target.rights.set(laptop, 'forward', 'allow');
    expect(await outcome('127.0.0.1', 8080, 'listen')).toBe('127.0.0.1');
    expect(await outcome('0.0.0.0', 8080, 'listen')).toBe('forward.denied');
  });
});

describe('a name whose zone answers differently each time', () => {
  it('leads only to what was looked at: one look, and the answer is what is dialed [S-TARGET-1]', async () => {
    const answers = [['10.1.2.3'], ['127.0.0.1']];
    target.close();
    target = new TargetSide({ clock: new FakeClock(), lookup: () => Promise.resolve(answers.shift() ?? []) });
    laptop = target.addPeer('laptop');
    target.allow(laptop, '10.0.0.0/8:*');
    expect(await outcome('rebinding.example')).toBe('10.1.2.3');
    expect(target.looked).toEqual(['rebinding.example']);
    // The second look is another check.
    expect(await outcome('rebinding.example')).toBe('asked');
  });

  it('has many addresses only so far as they are counted', async () => {
    target.close();
    const many = Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    target = new TargetSide({ clock: new FakeClock(), lookup: () => Promise.resolve(many) });
    laptop = target.addPeer('laptop');
    target.allow(laptop, '*:*');
    expect((await outcome('many.example')).split(' ')).toHaveLength(16);
  });

  it('and never answers is given up', async () => {
    target.close();
    const clock = new FakeClock();
    target = new TargetSide({ clock, lookup: () => new Promise(() => undefined) });
    laptop = target.addPeer('laptop');
    target.allow(laptop, '*:*');
    const result = outcome('silent.example');
    await clock.advance(5000);
    expect(await result).toBe('forward.name');
  });

  it('and takes long holds up no name of another peer: of each peer only four are looked up at a time [S-TARGET-6]', async () => {
    target.close();
    let most = 0;
    const running: (() => void)[] = [];
    target = new TargetSide({
      clock: new FakeClock(),
      lookup: (name) =>
        name.startsWith('slow')
          ? new Promise((resolve) => {
              running.push(() => resolve(['10.1.1.1']));
              most = Math.max(most, running.length);
            })
          : Promise.resolve(['10.2.2.2']),
    });
    laptop = target.addPeer('laptop');
    target.allow(laptop, '*:*');
    const slow = Array.from({ length: 40 }, (_, index) => outcome(`slow-${index}.example`));
    await settle();
    laptop = target.addPeer('office');
    target.allow(laptop, '*:*');
    expect(await outcome('quick.example')).toBe('10.2.2.2');
    for (let answered = 0; answered < 40; answered += 1) {
      running.shift()?.();
      await settle();
    }
    expect(await Promise.all(slow)).toEqual(slow.map(() => '10.1.1.1'));
    expect(most).toBe(4);
  });

  it('or none, of ever new names, is refused beyond what may wait [S-TARGET-6]', async () => {
    target.close();
    target = new TargetSide({ clock: new FakeClock(), lookup: () => new Promise(() => undefined) });
    laptop = target.addPeer('laptop');
    target.allow(laptop, '*:*');
    const options = { signal: AbortSignal.timeout(0) };
    const codes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        target.policy.check(asker(), 'tcp', { host: `n${index}.example`, port: 1 }, options).then(
          () => 'allowed',
          (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
        ),
      ),
    );
    expect(codes.filter((code) => code === 'forward.too-many')).toHaveLength(100 - 64 - 4);
  });
});
