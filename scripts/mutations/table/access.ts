import type { Guard } from '../guard.ts';

/** Guards of who may do what with a relay's accounts and projects. */
export const ACCESS: readonly Guard[] = [
  {
    properties: ['S-ACCESS-1'],
    file: 'src-relay/hub/enrol-tickets.ts',
    guard: 'return sealer.open(placeOf(row), sealed);',
    without: 'return sealed;',
    tests: [
      [
        'integration/relay/enrol-tickets.test.ts',
        'a copy of the database opens no ticket, and a key counts in its own row only',
      ],
    ],
  },
  {
    properties: ['S-ACCESS-1'],
    file: 'src-relay/hub/enrol-tickets.ts',
    guard: 'return `enrol-ticket ${id} ${account} ${project}`;',
    without: 'return `enrol-ticket ${project} ${id.length} ${account.length}`;',
    tests: [
      [
        'integration/relay/enrol-tickets.test.ts',
        'a copy of the database opens no ticket, and a key counts in its own row only',
      ],
    ],
  },
];
