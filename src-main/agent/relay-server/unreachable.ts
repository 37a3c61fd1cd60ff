import { RelayServerError, type RelayServerCode } from './errors.ts';

/** Codes of errors by what the system says of a connection that didn't come about. */
const CODES: readonly (readonly [RegExp, RelayServerCode])[] = [
  [/ENOTFOUND|EAI_/, 'relay-server.name'],
  [/EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN/, 'relay-server.no-route'],
  [/ECONNREFUSED/, 'relay-server.refused'],
  [/ETIMEDOUT|timed out|in time/i, 'relay-server.silent'],
];

/** Returns the error of an SSH server that can't be reached. Pure. @param reason message of the system, which often ends with the address */
export function unreachableError(host: string, reason: string, cause: unknown): RelayServerError {
  const [, code = 'relay-server.no-answer'] = CODES.find(([pattern]) => pattern.test(reason)) ?? [];
  const address = / (\S+:\d{1,5})$/.exec(reason)?.[1] ?? host;
  return new RelayServerError(code, 'no SSH', { cause, details: { host, address, reason } });
}
