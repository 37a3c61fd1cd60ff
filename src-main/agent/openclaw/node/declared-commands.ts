import type { NodeCapability } from '#shared/app-api/index.ts';
import type { NodeDeclaration } from '../gateways/index.ts';

const COMMANDS = {
  // Preparing a run reveals paths of programs, so it is allowed together with runs only.
  'system.run': ['system.run', 'system.run.prepare'],
  'system.which': ['system.which'],
  'system.notify': ['system.notify'],
  'fs.listDir': ['fs.listDir'],
} as const satisfies Record<NodeCapability, readonly string[]>;

/** Command that this machine can offer to a gateway. */
export type NodeCommand = (typeof COMMANDS)[NodeCapability][number];

/** Returns the commands that this machine declares at a gateway for the capabilities that are switched on. It handles no other command from there. */
export function declaredCommands(
  capabilities: readonly NodeCapability[],
): NodeDeclaration & { commands: readonly NodeCommand[] } {
  const on = new Set(capabilities);
  const commands = (Object.keys(COMMANDS) as NodeCapability[]).flatMap((one) => (on.has(one) ? COMMANDS[one] : []));
  const kinds = new Set(commands.map((command) => (command.startsWith('fs.') ? 'file' : 'system')));
  return { capabilities: [...kinds], commands };
}
