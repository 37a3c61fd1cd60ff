import type { Clock } from '#shared/clock.ts';
import type { AgentPrompts } from '../../core/agent-prompts.ts';
import { defaultGateway, type PromptGateways } from './local-gateways.ts';
import { runPrompt } from './prompt-run.ts';

/** Creates the way by which other modules send messages to agents at this device's gateways. */
export function agentPrompts(parts: Readonly<{ gateways: PromptGateways; clock: Clock }>): AgentPrompts {
  const { gateways } = parts;
  return {
    find: (reference) => defaultGateway(gateways, reference),
    nameOf: (id) => gateways.list().find((gateway) => gateway.id === id)?.name,
    onConnected: (listener) => void gateways.onChannel('operator', listener),
    run: async (prompt, onTaken, signal) => {
      const sink = { taken: onTaken, token: () => undefined, replace: () => undefined };
      return await runPrompt(parts, prompt, sink, signal);
    },
  };
}
