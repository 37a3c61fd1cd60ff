/** Message to an agent at a gateway of OpenClaw. */
export type AgentPrompt = Readonly<{
  /** ID of a gateway of this device. */
  gateway: string;
  /** Key of the session at the gateway. */
  session: string;
  prompt: string;
  /** Idempotency key: the gateway starts one run for it. */
  runId: string;
  /** True if the gateway has taken it before: only the answer is fetched, and no run is started. */
  wasTaken: boolean;
}>;

/** Gateways of this device, as other modules send messages to their agents. */
export interface AgentPrompts {
  /** Finds a gateway by name or ID. @throws {ClawReachError} `remote.no-gateway` */
  find(reference: string): Readonly<{ id: string; name: string }>;
  /** Returns the name of a gateway; undefined for none. */
  nameOf(id: string): string | undefined;
  /** Calls the listener whenever a gateway is connected. */
  onConnected(listener: () => void): void;
  /**
   * Sends a message and waits for the final answer.
   * @param onTaken called when the gateway has the message
   * @returns the whole answer
   * @throws {ClawReachError} errors of `runPrompt`
   */
  run(prompt: AgentPrompt, onTaken: () => void, signal: AbortSignal): Promise<string>;
}

/** Place of the `AgentPrompts` of an agent. The OpenClaw module fills it; without that module it stays empty. */
export class AgentPromptsSlot {
  #prompts: AgentPrompts | undefined;

  get current(): AgentPrompts | undefined {
    return this.#prompts;
  }

  fill(prompts: AgentPrompts): void {
    this.#prompts = prompts;
  }
}
