import { ClawReachError } from '#shared/errors.ts';

/** Error of the system's service manager, or of a system on which the agent can't be installed as a service. Codes `service.*`. */
export class ServiceError extends ClawReachError {
  override readonly name = 'ServiceError';
}
