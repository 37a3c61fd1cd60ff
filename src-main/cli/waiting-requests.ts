import type { AgentStatus } from '#shared/app-api/index.ts';
import type { CommandContext } from './control/index.ts';

/** Longest wait for the number of requests, ms. A command that is done doesn't wait for a busy agent. */
const TIMEOUT = 500;
/** Commands that show or answer requests themselves, and those after which no one is at the terminal or no agent is running. */
const SILENT: ReadonlySet<string> = new Set([
  'approvals',
  'requests',
  'status',
  'run',
  'stop',
  'complete',
  'completion',
]);

/** Says how many requests wait for a person, and with which commands they are answered; undefined without any. Pure. */
export function waitingText({
  approvalsPending,
  gatewayRequestsPending: fromGateways = 0,
}: Pick<AgentStatus, 'approvalsPending' | 'gatewayRequestsPending'>): string | undefined {
  const fromMachines = approvalsPending - fromGateways;
  const parts = [
    ...(fromMachines > 0 ? [`${countRequests(fromMachines)} waiting: clawreach approvals`] : []),
    ...(fromGateways > 0 ? [`${countRequests(fromGateways)} from OpenClaw waiting: clawreach requests`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

function countRequests(count: number): string {
  return `${count} ${count === 1 ? 'request' : 'requests'}`;
}

/**
 * Prints a note if requests wait in the agent that the command has used, since a shell has no other place that announces them. Only for a person at a
 * terminal. Never throws.
 * @param command name of the command that is done
 */
export async function noteWaitingRequests({ reporter, host, agent }: CommandContext, command: string): Promise<void> {
  if (agent === undefined || reporter.json || !reporter.showsProgress) return;
  if (SILENT.has(command) || host.interrupted.aborted) return;
  try {
    const waiting = waitingText(await agent.call('status.get', {}, { signal: AbortSignal.timeout(TIMEOUT) }));
    if (waiting !== undefined) reporter.note(reporter.noteStyle.yellow(waiting));
  } catch {
    // The agent is busy or has ended.
  }
}
