import { describe, expect, test } from 'vitest';
import { findOwners, isSameUser, UNKNOWN_OWNER } from '../../../src-main/web-host/connection-owner.ts';

/** As Linux 6.1 wrote it: a server on 8090 (1F9A), a browser of account 1000 at 51234 (C822), another by IPv6 at 51235 of account 1001. */
const TABLES = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F9A 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41235 1 0000000000000000 100 0 0 10 0
   1: 0100007F:C822 0100007F:1F9A 01 00000000:00000000 00:00000000 00000000  1000        0 41240 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:1F9A 0100007F:C822 01 00000000:00000000 00:00000000 00000000  1007        0 41241 1 0000000000000000 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:C823 0000000000000000FFFF00000100007F:1F9A 01 00000000:00000000 00:00000000 00000000  1001        0 41250 1 0000000000000000 20 4 30 10 -1
`;

test('the account of the other end is found, by either table, and not that of the own end [S-WEB-4]', () => {
  expect(findOwners(TABLES, { from: 51_234, to: 8090 })).toEqual([1000]);
  expect(findOwners(TABLES, { from: 51_235, to: 8090 })).toEqual([1001]);
});

test('a connection that is not there has no owner', () => {
  expect(findOwners(TABLES, { from: 8090, to: 80 })).toEqual([]);
  expect(findOwners('', { from: 51_234, to: 8090 })).toEqual([]);
  expect(findOwners('garbage\n1: 2 3\n', { from: 51_234, to: 8090 })).toEqual([]);
});

test('an end that was closed right after sending is nobody’s, though the kernel lists it as root’s [S-WEB-4]', () => {
  const closed = (state: string) =>
    `   3: 0100007F:C824 0100007F:1F9A ${state} 00000000:00000000 03:00001387 00000000     0        0 0 3 0000000000000000\n`;
  for (const state of ['04', '05', '06']) {
    expect(findOwners(TABLES + closed(state), { from: 51_236, to: 8090 })).toEqual([UNKNOWN_OWNER]);
  }
});

describe.runIf(process.platform === 'linux')('a connection', () => {
  const own = process.getuid?.() ?? -1;
  const PORTS = { remotePort: 51_240, localPort: 8090 };
  const listed = (uid: number): string =>
    `   4: 0100007F:C828 0100007F:1F9A 01 00000000:00000000 00:00000000 00000000 ${uid} 0 41260 1 0000000000000000 20 4 30 10 -1\n`;

  test('that no table lists, or of which no table can be read, is not one’s own [S-WEB-4]', () => {
    expect(isSameUser(PORTS, () => TABLES)).toBe(false);
    expect(isSameUser(PORTS, () => '')).toBe(false);
    expect(isSameUser(PORTS)).toBe(false);
  });

  test('of this account is its own, also where one reading leaves it out; that of another one is not', () => {
    const readings = ['', TABLES + listed(own)];
    expect(isSameUser(PORTS, () => readings.shift() ?? '')).toBe(true);
    expect(isSameUser(PORTS, () => TABLES + listed(own + 1))).toBe(false);
  });
});
