import { expect, it } from 'vitest';
import { probeEndpoint } from '#agent/openclaw/gateways/certificate-probe.ts';
import { gatewayError, type SeenCertificate } from '#shared/openclaw/gateway/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const PLACE = { host: 'lab.example', port: 18_789, path: '/', tls: true };
const SEEN: SeenCertificate = {
  fingerprint: 'ab'.repeat(32),
  trusted: false,
  subject: 's'.repeat(5000),
  validUntil: 1_900_000_000_000,
};
const clock = new FakeClock();

const probe = (
  answer: () => Promise<SeenCertificate | undefined>,
  place = PLACE,
  signal = new AbortController().signal,
) => probeEndpoint(place, { machine: { probe: answer }, clock, signal });

it('shows the certificate, as much of its names as anybody reads', async () => {
  expect(await probe(() => Promise.resolve(SEEN))).toEqual({
    ...SEEN,
    subject: 's'.repeat(4096),
    reachable: true,
    problem: null,
  });
});

it('says of one without TLS only that it is there', async () => {
  expect(await probe(() => Promise.resolve(undefined))).toMatchObject({
    reachable: true,
    fingerprint: null,
    problem: null,
  });
});

it.each([
  ['no answer', () => Promise.reject(gatewayError('gateway.refused', 'no')), PLACE, 'gateway.refused'],
  ['what has no name', () => Promise.reject(new Error('odd')), PLACE, 'gateway.timeout'],
  [
    'an address that is none',
    () => Promise.reject(new Error('was dialed')),
    { ...PLACE, host: 'no host' },
    'gateway.endpoint-invalid',
  ],
] as const)('tells of %s in the result', async (_, answer, place, code) => {
  expect(await probe(answer, place)).toMatchObject({
    reachable: false,
    trusted: false,
    problem: { code, at: clock.now() },
  });
});

it('fails only when nobody wants to know any more', async () => {
  const stop = new AbortController();
  const looked = probe(
    () => {
      stop.abort();
      return Promise.reject(gatewayError('gateway.refused', 'no'));
    },
    PLACE,
    stop.signal,
  );
  await expect(looked).rejects.toMatchObject({ name: 'AbortError' });
});
