import { APP_CALLS, APP_EVENTS } from '../schema.ts';
import type { AnswerContract } from './contract.ts';
import { ContractClient } from './contract-client.ts';
import type { AppTransport } from './transport.ts';

/** Contract with all schemas at hand. */
const WHOLE: AnswerContract = {
  answersTo: (call) => APP_CALLS[call],
  payloadOf: (event) => APP_EVENTS[event],
};

/** Client of the app-api with the schemas of all calls, used by windows, the tray and tests. Commands have one that loads them as needed. */
export class AppApiClient extends ContractClient {
  constructor(transport: AppTransport) {
    super(transport, WHOLE);
  }
}
