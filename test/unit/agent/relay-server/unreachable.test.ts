import { expect, test } from 'vitest';
import { unreachableError } from '#agent/relay-server/index.ts';

test.each([
  ['connect EHOSTUNREACH 10.77.0.98:22', 'relay-server.no-route', '10.77.0.98:22'],
  ['connect ENETUNREACH 2001:db8::7:2222', 'relay-server.no-route', '2001:db8::7:2222'],
  ['connect ECONNREFUSED 10.77.0.98:22', 'relay-server.refused', '10.77.0.98:22'],
  ['connect ETIMEDOUT 10.77.0.98:22', 'relay-server.silent', '10.77.0.98:22'],
  ['Timed out while waiting for handshake', 'relay-server.silent', 'my-server'],
  ['getaddrinfo ENOTFOUND my-server', 'relay-server.name', 'my-server'],
  ['Connection lost before handshake', 'relay-server.no-answer', 'my-server'],
])('an SSH server that fails with "%s" is explained by %s, at %s', (reason, code, address) => {
  const error = unreachableError('my-server', reason, undefined);
  expect(error.code).toBe(code);
  expect(error.details).toMatchObject({ host: 'my-server', address });
});
