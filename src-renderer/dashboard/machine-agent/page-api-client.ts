import {
  AppApiClient,
  type AppCall,
  type AppTransport,
  type CallInput,
  type CallOptions,
  type CallOutput,
} from '#shared/app-api/index.ts';
import { withStepUp, type StepUp } from '../api/index.ts';

/** Client of the agent of this browser. Where the relay wants password or passkey first, the question is asked in place, and the call goes on. */
export class PageApiClient extends AppApiClient {
  readonly #stepUp: StepUp;

  constructor(transport: AppTransport, stepUp: StepUp) {
    super(transport);
    this.#stepUp = stepUp;
  }

  override async call<Call extends AppCall>(
    method: Call,
    input: CallInput<Call>,
    options: CallOptions<Call> = {},
  ): Promise<CallOutput<Call>> {
    let refusal: unknown;
    const outcome = await withStepUp(async () => {
      try {
        return await super.call(method, input, options);
      } catch (error) {
        refusal = error;
        throw error;
      }
    }, this.#stepUp);
    if (outcome.isDone) return outcome.value;
    throw refusal;
  }
}
