import type { Guard } from '../guard.ts';

/** “What waits at gateways” of docs/SECURITY.md. */
export const REQUESTS: readonly Guard[] = [
  {
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
    file: 'src-main/agent/openclaw/operator/inbox.ts',
    guard: 'return runs.length < this.#limits.waitingRuns && used',
    without: 'return used',
    tests: [['unit/agent/openclaw/operator/inbox.test.ts', 'have room of their own, whatever gateways ask']],
  },
];
