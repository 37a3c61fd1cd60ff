import type { AppTransport } from '#shared/app-api/index.ts';
import { controlKeyFile, controlSocketPath, listenControlSocket } from '#node/control-socket/index.ts';
import type { Agent, ClosingMode } from '#agent/index.ts';
import type { AgentBacking } from './agent-backing.ts';

/** Agent that runs inside the application. */
export type ApplicationAgent = AgentBacking & Readonly<{ endsWithApplication: true; stopRequested: Promise<void> }>;

/**
 * Runs the agent of this profile inside the application. It listens on a control socket like a headless one, so that commands work beside the
 * window. Called by `createAgentHost`.
 * @throws {ControlError} `control.in-use` if another process uses the profile
 * @throws {StoreError} if a file is damaged
 */
export async function startApplicationAgent(
  profile: string,
  createAgent: () => Promise<Agent>,
): Promise<ApplicationAgent> {
  // Listen first: a second agent on the same profile must fail before it touches a file.
  const waiting: AppTransport[] = [];
  let serve = (transport: AppTransport): void => void waiting.push(transport);
  const listener = await listenControlSocket(
    controlSocketPath(profile),
    (transport) => serve(transport),
    controlKeyFile(profile),
  );
  let agent: Agent;
  try {
    agent = await createAgent();
  } catch (error) {
    await listener.close();
    throw error;
  }
  serve = (transport) => agent.serve(transport);
  for (const transport of waiting.splice(0)) serve(transport);
  agent.start();
  let closing: Promise<void> | undefined;
  let terminals: ClosingMode = 'end';
  const stopRequested = agent.stopRequested.then((request) => {
    ({ terminals } = request);
  });
  const close = async (): Promise<void> => {
    try {
      await agent.close('quit', terminals);
    } finally {
      await listener.close();
    }
  };
  return {
    endsWithApplication: true,
    serve: (transport) => agent.serve(transport),
    ended: new Promise(() => undefined),
    stopRequested,
    woke: () => agent.woke(),
    suspended: () => void agent.suspended(),
    networkChanged: () => agent.networkChanged(),
    close: () => (closing ??= close()),
  };
}
