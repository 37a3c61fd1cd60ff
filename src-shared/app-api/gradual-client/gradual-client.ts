import type { AppApiClient } from '../transport/client.ts';
import { ContractClient } from '../transport/contract-client.ts';
import type { AnswerContract } from '../transport/contract.ts';
import type { AppTransport } from '../transport/transport.ts';
import { GradualContract } from './gradual-contract.ts';

/**
 * Creates a client that loads the schemas of calls and events as it needs them, for a command, which makes few calls and is often done before the schemas
 * of all would be built. Windows have an `AppApiClient`.
 */
export function createGradualClient(
  transport: AppTransport,
  contract: AnswerContract = new GradualContract(),
): AppApiClient {
  return new ContractClient(transport, contract);
}
