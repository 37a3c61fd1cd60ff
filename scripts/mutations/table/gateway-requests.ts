import type { Guard } from '../guard.ts';

/** Guards of requests of gateways. */
export const GATEWAY_REQUESTS: readonly Guard[] = [
  {
    properties: ['S-GW-7'],
    file: 'src-main/agent/openclaw/operator/inbox.ts',
    guard: '      own < limits.waitingPerGateway &&\n',
    without: '',
    tests: [
      [
        'unit/agent/openclaw/operator/inbox.test.ts',
        'gets so much room and no more; others keep theirs, what had none comes in as room is made',
      ],
    ],
  },
  {
    properties: ['S-GW-7'],
    file: 'src-main/agent/openclaw/operator/inbox.ts',
    guard: 'return runs.length < this.#limits.waitingRuns && used',
    without: 'return used',
    tests: [['unit/agent/openclaw/operator/inbox.test.ts', 'have room of their own, whatever gateways ask']],
  },
];
