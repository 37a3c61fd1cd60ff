import { encode } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import {
  announcementPacket,
  containsServiceName,
  questionPacket,
  readPacket,
  LAN_SERVICE,
  type LanAnnouncement,
} from '#node/discovery/index.ts';

const ANNOUNCEMENT: LanAnnouncement = {
  instance: '0123456789abcdef',
  port: 7473,
  salt: new Uint8Array(8).fill(1),
  tokens: Array.from({ length: 8 }, (_, index) => new Uint8Array(8).fill(index)),
  name: undefined,
};

function heard(packet: Uint8Array) {
  return readPacket(packet).map((one) =>
    one.kind === 'announcement'
      ? {
          ...one,
          announcement: {
            ...one.announcement,
            salt: [...one.announcement.salt],
            tokens: one.announcement.tokens.map((token) => [...token]),
          },
        }
      : one,
  );
}

function response(answers: object[]): Uint8Array {
  return encode({ type: 'response', id: 0, flags: 0, answers: answers as never });
}

const FULL = `${ANNOUNCEMENT.instance}.${LAN_SERVICE}`;
const PTR = { name: LAN_SERVICE, type: 'PTR', ttl: 120, data: FULL };
const SRV = { name: FULL, type: 'SRV', ttl: 120, data: { port: 7473, target: 'x.local' } };
const TXT = {
  name: FULL,
  type: 'TXT',
  ttl: 120,
  data: [Buffer.from('v=1'), Buffer.concat([Buffer.from('s='), Buffer.alloc(8, 1)])],
};

test('system and mark are announced with a name only, and read only where they are valid [S-LAN-5]', () => {
  const named = { ...ANNOUNCEMENT, name: 'nas', system: 'linux', mark: '00112233445566ff' } as const;
  const read = (announcement: LanAnnouncement) => {
    const [one] = heard(announcementPacket(announcement, 120));
    return one?.kind === 'announcement' ? one.announcement : undefined;
  };
  expect(read(named)).toMatchObject({ name: 'nas', system: 'linux', mark: '00112233445566ff' });
  expect(read({ ...named, name: undefined })).not.toHaveProperty('mark');
  expect(read({ ...named, name: undefined })).not.toHaveProperty('system');
  expect(read({ ...named, mark: '00', system: 'beos' as 'linux' })).not.toHaveProperty('mark');
  expect(read({ ...named, mark: '00', system: 'beos' as 'linux' })).not.toHaveProperty('system');
  // From one that sends them without a name.
  const mark = Buffer.concat([Buffer.from('m='), Buffer.alloc(8, 7)]);
  const [unnamed] = heard(response([PTR, SRV, { ...TXT, data: [...TXT.data, Buffer.from('o=linux'), mark] }]));
  expect(unnamed).toMatchObject({ kind: 'announcement', announcement: { port: 7473 } });
  for (const fact of ['mark', 'system']) expect(unnamed).not.toHaveProperty(`announcement.${fact}`);
});

describe('what is said in the local network', () => {
  test.each([8, 16, 32, 64, 128])('is understood with %d tokens, and fits one packet of an Ethernet', (count) => {
    const tokens = Array.from({ length: count }, (_, index) => new Uint8Array(8).fill(index));
    const packet = announcementPacket({ ...ANNOUNCEMENT, tokens, name: 'ähm' }, 1200);
    expect(packet.length).toBeLessThan(1400);
    expect(containsServiceName(packet)).toBe(true);
    expect(heard(packet)).toEqual([
      {
        kind: 'announcement',
        lifetime: 1200,
        announcement: {
          ...ANNOUNCEMENT,
          salt: [1, 1, 1, 1, 1, 1, 1, 1],
          tokens: tokens.map((token) => [...token]),
          name: 'ähm',
        },
      },
    ]);
  });

  test('a question and a goodbye are told apart', () => {
    expect(heard(questionPacket())).toEqual([{ kind: 'question' }]);
    expect(heard(announcementPacket(ANNOUNCEMENT, 0))).toEqual([{ kind: 'goodbye', instance: ANNOUNCEMENT.instance }]);
  });

  test('packets of printers are not taken apart', () => {
    expect(containsServiceName(encode({ type: 'query', questions: [{ name: '_ipp._tcp.local', type: 'PTR' }] }))).toBe(
      false,
    );
  });
});

describe('what a stranger says', () => {
  test.each([
    ['without a port', [PTR, TXT]],
    ['without texts', [PTR, SRV]],
    ['with port 0', [PTR, { ...SRV, data: { port: 0, target: 'x.local' } }, TXT]],
    ['of another version', [PTR, SRV, { ...TXT, data: [Buffer.from('v=2'), TXT.data[1]] }]],
    ['with a short salt', [PTR, SRV, { ...TXT, data: [Buffer.from('v=1'), Buffer.from('s=abc')] }]],
    ['with half a token', [PTR, SRV, { ...TXT, data: [...TXT.data, Buffer.from('t0=abc')] }]],
    [
      'under a name of its own',
      [
        { ...PTR, data: `office.${LAN_SERVICE}` },
        { ...SRV, name: `office.${LAN_SERVICE}` },
        { ...TXT, name: `office.${LAN_SERVICE}` },
      ],
    ],
    ['about something else', [{ ...PTR, name: '_ipp._tcp.local' }, SRV, TXT]],
  ])('is nothing %s [S-LAN-3]', (_what, answers) => {
    expect(readPacket(response(answers))).toEqual([]);
  });

  test('is cut short: four devices of a packet, and no more than 128 tokens', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...PTR,
      ttl: 0,
      data: `${String(index).padStart(16, '0')}.${LAN_SERVICE}`,
    }));
    expect(readPacket(response(many))).toHaveLength(4);
    const texts = Array.from({ length: 9 }, (_, index) =>
      Buffer.concat([Buffer.from(`t${index}=`), Buffer.alloc(240)]),
    );
    const [only] = readPacket(response([PTR, SRV, { ...TXT, data: [...TXT.data, ...texts] }]));
    expect(only?.kind === 'announcement' && only.announcement.tokens.length).toBe(128);
  });

  test('is no name when it is no text, or too long [S-LAN-3]', () => {
    const named = (name: Buffer) => {
      const [only] = readPacket(
        response([PTR, SRV, { ...TXT, data: [...TXT.data, Buffer.concat([Buffer.from('n='), name])] }]),
      );
      return only?.kind === 'announcement' ? only.announcement.name : 'none';
    };
    expect(named(Buffer.from([0xff, 0xfe]))).toBeUndefined();
    expect(named(Buffer.alloc(201, 0x61))).toBeUndefined();
    expect(named(Buffer.from('office'))).toBe('office');
  });

  test('never breaks anything: twenty thousand packets, cut, changed and made up [S-LAN-3]', () => {
    const valid = [
      questionPacket(),
      announcementPacket({ ...ANNOUNCEMENT, name: 'a' }, 120),
      announcementPacket(ANNOUNCEMENT, 0),
    ];
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let run = 0; run < 20_000; run += 1) {
      const packet = Uint8Array.from(valid[random(3)] ?? []);
      for (let changes = random(6); changes > 0; changes -= 1) packet[random(packet.length)] = random(256);
      const read = readPacket(packet.subarray(0, packet.length - random(2) * random(packet.length)));
      expect(read.length).toBeLessThanOrEqual(4);
    }
  });
});
