import { connectionFailure } from '#shared/connection-failure.ts';
import { RelayServerError } from './errors.ts';

/** Returns the error of an SSH server that can't be reached. Pure. @param reason message of the system, which often ends with the address */
export function unreachableError(host: string, reason: string, cause: unknown): RelayServerError {
  const address = / (\S+:\d{1,5})$/.exec(reason)?.[1] ?? host;
  const failure = connectionFailure(reason) ?? 'no-answer';
  return new RelayServerError(`relay-server.${failure}`, 'no SSH', { cause, details: { host, address, reason } });
}
