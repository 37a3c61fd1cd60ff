import { describe, expect, it } from 'vitest';
import { findInviter, readAddress } from '../../../../src-main/agent/pairing/direct/inviter-address.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/hostile/device.ts';

const signal = new AbortController().signal;
const find = (typed: string, answer: readonly string[] | Promise<readonly string[]>, clock = new FakeClock()) =>
  findInviter(typed, { lookup: async () => await answer, clock, signal });

describe('a typed address', () => {
  it.each([
    ['192.168.1.20', '192.168.1.20', 7473],
    [' 192.168.1.20:8000 ', '192.168.1.20', 8000],
    ['FD00::1', 'fd00::1', 7473],
    ['[fd00::1]', 'fd00::1', 7473],
    ['[fd00::1]:8000', 'fd00::1', 8000],
    ['NAS.local', 'nas.local', 7473],
    ['nas.example.org.:8000', 'nas.example.org', 8000],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', 7473],
  ])('%s', (typed, host, port) => {
    expect(readAddress(typed)).toEqual({ host, port });
  });

  it.each([
    '',
    '-x.local',
    'a b',
    '192.168.1.300',
    '1.2.3',
    'nas.local:0',
    'nas.local:65536',
    'nas.local:',
    '[nas.local]',
    'fe80::1%eth0',
    'https://nas.local',
    'nas_1.local',
    `${'a'.repeat(64)}.local`,
    `${'abcdefgh.'.repeat(29)}local`,
  ])('"%s" is refused', (typed) => {
    expect(() => readAddress(typed)).toThrow(expect.objectContaining({ code: 'pairing.address' }));
  });

  it('keeps four addresses of a name, without zones', async () => {
    const many = ['fe80::1%eth0', '10.0.0.1', 'junk', '10.0.0.1', 'fd00::1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
    expect(await find('nas', many)).toEqual(['10.0.0.1:7473', '[fd00::1]:7473', '10.0.0.2:7473', '10.0.0.3:7473']);
  });

  it('is an error with a name if it has no address, or no one answers in five seconds', async () => {
    expect(await codeOf(find('nas', []))).toBe('pairing.name');
    expect(await codeOf(find('nas', Promise.reject(new Error('ENOTFOUND'))))).toBe('pairing.name');
    const clock = new FakeClock();
    const late = codeOf(find('nas', new Promise(() => undefined), clock));
    await settle();
    await clock.advance(5000);
    expect(await late).toBe('pairing.name');
  });
});
