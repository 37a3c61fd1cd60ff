import { ClawReachError } from '#shared/errors.ts';

/** Codes `service.*`: what keeps the service manager of the system from running the agent. */
export class ServiceError extends ClawReachError {
  override readonly name = 'ServiceError';
}
