import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type { Reply } from '#test/support/scripted-gateways.ts';
import { Lab } from './lab.ts';

const HOUR = 3_600_000;

const refused = (detail: string): Reply => ({ kind: 'refuse', detail });
/** After these nothing may be tried before a person does something. */
const FINAL = ['AUTH_TOKEN_MISSING', 'AUTH_PASSWORD_MISMATCH', 'DEVICE_IDENTITY_REQUIRED', 'PROTOCOL_MISMATCH'].map(
  refused,
);

const reply = fc.oneof(
  fc.constantFrom<Reply>(
    { kind: 'hello', deviceToken: 'device-token' },
    { kind: 'silent' },
    { kind: 'close', code: 1012 },
    { kind: 'close', code: 1013 },
    { kind: 'fail', error: gatewayError('gateway.refused', 'no', { host: 'h', port: 1 }) },
    refused('AUTH_DEVICE_TOKEN_MISMATCH'),
    { kind: 'refuse', detail: 'AUTH_RATE_LIMITED', retryAfterMs: 300_000 },
    { kind: 'refuse', detail: '', more: { reason: 'startup-sidecars' }, retryAfterMs: 500, code: 1013 },
    ...FINAL,
  ),
  fc.record({
    kind: fc.constant('hello' as const),
    lives: fc.integer({ min: 0, max: 90_000 }),
    code: fc.constantFrom(1006, 1008, 1012, 4001),
  }),
  fc.integer({ min: 1, max: 2 }).map((request): Reply => ({
    kind: 'refuse',
    detail: 'PAIRING_REQUIRED',
    more: { reason: 'not-paired', requestId: `request-${request}` },
  })),
);

it('whatever a gateway answers, and however the network behaves, there is one socket, no storm, and nothing after what is final', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(reply, { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 600_000 }), { maxLength: 20 }),
      async (replies, nudges) => {
        const lab = new Lab();
        const { machine, manager, clock } = lab;
        const given: Reply[] = [];
        machine.reply = (params, attempt) => {
          const next = replies[attempt % replies.length] ?? { kind: 'silent' };
          if (params !== undefined) given.push(next);
          return next;
        };
        const id = lab.add();
        let stoppedAt: number | undefined;
        for (const after of [...nudges, HOUR]) {
          await clock.advance(after);
          const { state } = manager.view(id).operator;
          if (stoppedAt === undefined && state === 'stopped') stoppedAt = machine.opened.length;
          manager.nudge();
        }
        await clock.advance(HOUR);
        expect(machine.mostSockets).toBe(1);
        expect(machine.opened).toHaveLength(stoppedAt ?? machine.opened.length);
        const final = given.findIndex((one) => FINAL.includes(one));
        expect(given.slice(final === -1 ? given.length : final + 1)).toEqual([]);
        // Each attempt that follows another one at once shows another credential; the rest waits a quarter of a second at least.
        const times = machine.opened.map(({ at }) => at);
        const busiest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 10_000).length));
        expect(busiest).toBeLessThanOrEqual(20);
        const lasted = clock.now() - (times[0] ?? 0);
        expect(times.length).toBeLessThanOrEqual(20 + nudges.length * 4 + lasted / 5000);
        manager.close();
        await clock.advance(2000);
        expect(machine.sockets.size).toBe(0);
      },
    ),
    {
      numRuns: 40,
      // Answers of pairing in between once began the waits anew: an attempt each four seconds and a half, for ever.
      examples: [
        [
          [
            { kind: 'hello', lives: 0, code: 1006 },
            { kind: 'hello', lives: 0, code: 1006 },
            { kind: 'refuse', detail: 'PAIRING_REQUIRED', more: { reason: 'not-paired', requestId: 'request-1' } },
            { kind: 'fail', error: gatewayError('gateway.refused', 'no', { host: 'h', port: 1 }) },
          ],
          [],
        ],
      ],
    },
  );
});
