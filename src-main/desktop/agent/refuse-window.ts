import { AGENT_CALLS, AppApiServer, type AppHandlers, type AppTransport } from '#shared/app-api/index.ts';

/**
 * Serves a window without an agent: rejects every call to the agent with the problem; calls to the shell never arrive here. Called by the agent host
 * when a window attaches and no agent can be started. No I/O.
 */
export function refuseWindow(transport: AppTransport, problem: unknown): void {
  const refuse = (): Promise<never> => Promise.reject(problem);
  const handlers = Object.fromEntries(Object.keys(AGENT_CALLS).map((call) => [call, refuse]));
  new AppApiServer().serveConnection(transport, handlers as unknown as AppHandlers);
}
