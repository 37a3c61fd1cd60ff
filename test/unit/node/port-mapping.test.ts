import { expect, it } from 'vitest';
import { gatewayOfProc, gatewayOfRouteGet, gatewayOfRoutePrint } from '#node/port-mapping/index.ts';

it('finds the default router of Linux with the lowest metric', () => {
  const table = [
    'Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT',
    'wlan0 00000000 0101A8C0 0003 0 0 600 00000000 0 0 0',
    'eth0 00000000 FE01A8C0 0003 0 0 100 00000000 0 0 0',
    'eth0 0001A8C0 00000000 0001 0 0 100 00FFFFFF 0 0 0',
  ].join('\n');
  expect(gatewayOfProc(table)).toBe('192.168.1.254');
  expect(gatewayOfProc('Iface Destination\neth0 0001A8C0 00000000 0001 0 0 100 00FFFFFF 0 0 0')).toBeUndefined();
});

it('finds the default router of macOS', () => {
  expect(gatewayOfRouteGet('   route to: default\n    gateway: 10.0.0.1\n  interface: en0\n')).toBe('10.0.0.1');
  expect(gatewayOfRouteGet('  gateway: index: 12 utun3\n')).toBeUndefined();
});

it('finds the default router of Windows with the lowest metric, in any language', () => {
  const print = [
    'Aktive Routen:',
    '     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik',
    '          0.0.0.0          0.0.0.0      192.168.2.1    192.168.2.40     55',
    '          0.0.0.0          0.0.0.0      192.168.1.1    192.168.1.40     25',
  ].join('\r\n');
  expect(gatewayOfRoutePrint(print)).toBe('192.168.1.1');
  expect(gatewayOfRoutePrint('0.0.0.0 0.0.0.0 On-link 10.8.0.2 5')).toBeUndefined();
});
