import { describe, expect, it } from 'vitest';
import { loginCheck, SocksHandshake, type SocksStep } from '#agent/forwards/proxies/index.ts';

const GREETING = [5, 1, 0];
const LOGIN = [1, 2, 0x6d, 0x65, 3, 0x61, 0x62, 0x63];
const CONNECT_V4 = [5, 1, 0, 1, 192, 0, 2, 1, 0x1f, 0x90];

function push(bytes: readonly number[], check = loginCheck(null, null)): SocksStep {
  return new SocksHandshake(check).push(Uint8Array.from(bytes));
}

describe('the beginning of a SOCKS 5 connection', () => {
  it('says what a client wants, by address and by name', () => {
    expect(push([...GREETING, ...CONNECT_V4])).toEqual({
      send: Uint8Array.of(5, 0),
      outcome: { command: 'connect', host: '192.0.2.1', port: 8080 },
      rest: new Uint8Array(0),
    });
    const v6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(push([...GREETING, 5, 1, 0, 4, ...v6, 0, 80]).outcome).toEqual({
      command: 'connect',
      host: '2001:db8::1',
      port: 80,
    });
    const name = 'a'.repeat(255);
    const bytes = [...Buffer.from(name)];
    expect(push([...GREETING, 5, 1, 0, 3, 255, ...bytes, 0, 80]).outcome).toMatchObject({ host: name, port: 80 });
    expect(push([...GREETING, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0]).outcome).toEqual({
      command: 'udp-associate',
      host: '0.0.0.0',
      port: 0,
    });
  });

  it('comes to the same however the bytes are cut', () => {
    const bytes = Uint8Array.from([5, 2, 0, 2, ...LOGIN, ...CONNECT_V4, 1, 2, 3]);
    const check = loginCheck('me', 'abc');
    const whole = push([...bytes], check);
    expect(whole).toMatchObject({ send: Uint8Array.of(5, 2, 1, 0), rest: Uint8Array.of(1, 2, 3) });
    for (let size = 1; size < bytes.length; size += 1) {
      const machine = new SocksHandshake(check);
      const sent: number[] = [];
      let at = 0;
      let step: SocksStep;
      do {
        step = machine.push(bytes.slice(at, at + size));
        sent.push(...step.send);
        at += size;
      } while (step.outcome === 'more');
      expect(sent).toEqual([...whole.send]);
      expect(step.outcome).toEqual(whole.outcome);
      expect([...step.rest, ...bytes.subarray(at)]).toEqual([1, 2, 3]);
    }
  });

  it('answers as soon as it can: the method before the request is there', () => {
    const machine = new SocksHandshake(undefined);
    expect(machine.push(Uint8Array.of(5))).toMatchObject({ outcome: 'more', send: new Uint8Array(0) });
    expect(machine.push(Uint8Array.of(1, 0))).toMatchObject({ outcome: 'more', send: Uint8Array.of(5, 0) });
    expect(machine.push(Uint8Array.from(CONNECT_V4.slice(0, 9)))).toMatchObject({ outcome: 'more' });
  });

  it('refuses what it cannot take, with the answer RFC 1928 has for it', () => {
    const refusals: readonly (readonly [bytes: readonly number[], sent: readonly number[]])[] = [
      [[4, 1, 0, 80], []],
      [[0x47], []],
      [
        [5, 0],
        [5, 0xff],
      ],
      [
        [5, 2, 1, 3],
        [5, 0xff],
      ],
      [
        [...GREETING, 4, 1],
        [5, 0],
      ],
      [
        [...GREETING, 5, 2, 0, 1, 1, 2, 3, 4, 0, 80],
        [5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
      [
        [...GREETING, 5, 9, 0, 1, 1, 2, 3, 4, 0, 80],
        [5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
      [
        [...GREETING, 5, 1, 0, 2],
        [5, 0, 5, 8, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
      [
        [...GREETING, 5, 1, 0, 1, 1, 2, 3, 4, 0, 0],
        [5, 0, 5, 1, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
    ];
    for (const [bytes, sent] of refusals)
      expect(push(bytes)).toMatchObject({ outcome: 'refused', send: Uint8Array.from(sent) });
  });

  it('takes nothing more after an end', () => {
    const machine = new SocksHandshake(undefined);
    expect(machine.push(Uint8Array.of(4)).outcome).toBe('refused');
    expect(machine.push(Uint8Array.from([...GREETING, ...CONNECT_V4]))).toMatchObject({
      outcome: 'refused',
      send: new Uint8Array(0),
    });
  });
});

describe('a login', () => {
  it('lets in who knows both, and says so before the request', () => {
    const check = loginCheck('me', 'abc');
    expect(push([5, 1, 2, ...LOGIN], check)).toMatchObject({ outcome: 'more', send: Uint8Array.of(5, 2, 1, 0) });
    for (const wrong of [
      [1, 2, 0x6d, 0x65, 3, 0x61, 0x62, 0x64],
      [1, 2, 0x6d, 0x66, 3, 0x61, 0x62, 0x63],
      [1, 2, 0x6d, 0x65, 0],
      [1, 0, 0],
    ])
      expect(push([5, 1, 2, ...wrong, ...CONNECT_V4], check)).toMatchObject({
        outcome: 'refused',
        send: Uint8Array.of(5, 2, 1, 1),
      });
  });

  it('is asked for even where the client would rather not [S-FWD-1]', () => {
    expect(push([5, 1, 0, ...CONNECT_V4], loginCheck('me', 'abc'))).toMatchObject({
      outcome: 'refused',
      send: Uint8Array.of(5, 0xff),
    });
  });

  it('of a rule that has lost its password lets nobody in [S-FWD-1]', () => {
    expect(push([5, 1, 2, 1, 2, 0x6d, 0x65, 0], loginCheck('me', null)).outcome).toBe('refused');
  });

  it('is taken from a client that has to give one where none is needed', () => {
    expect(push([5, 1, 2, ...LOGIN, ...CONNECT_V4])).toMatchObject({ outcome: { host: '192.0.2.1' } });
  });
});
