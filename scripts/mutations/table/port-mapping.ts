import type { Guard } from '../guard.ts';

const HOSTILE = 'integration/port-mapping/hostile-router.test.ts';
const OUTSIDE = 'unit/desktop/relay/outside-port.test.ts';

/** Guards of ports that a router is asked for. */
export const PORT_MAPPING: readonly Guard[] = [
  {
    properties: ['S-MAP-1'],
    file: 'src-node/port-mapping/upnp-xml.ts',
    guard: "if (control.protocol === 'http:' && control.hostname === base.hostname) return { type, control };",
    without: 'return { type, control: new URL(control.pathname, base) };',
    tests: [[HOSTILE, 'leads to no other host by a redirect or the URL of its service']],
  },
  {
    properties: ['S-MAP-2'],
    file: 'src-node/port-mapping/upnp-http.ts',
    guard: "if (length > MAPPING_LIMITS.answer) answer.destroy(new Error('the answer is too long'));",
    without: '',
    tests: [[HOSTILE, 'that sends %s is one that maps nothing']],
  },
  {
    properties: ['S-MAP-3'],
    file: 'src-main/desktop/relay/outside-port.ts',
    guard: 'const isPublic = isPublicIpv4(address);',
    without: 'const isPublic = true;',
    tests: [[OUTSIDE, 'calls a router that names %s one without a public address, and opens nothing further']],
  },
  {
    properties: ['S-MAP-4'],
    file: 'src-main/desktop/relay/outside-port.ts',
    guard: 'if (mapped.length === 0) return;',
    without: 'return;',
    tests: [[OUTSIDE, 'tells the address outside, for TCP and UDP of the relay alone, and closes both with it']],
  },
];
