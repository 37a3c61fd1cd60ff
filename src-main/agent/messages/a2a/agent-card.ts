import { A2A_VERSION } from '#shared/a2a/index.ts';

const MODES = ['text/plain', 'application/json'];
/** Media type of any file. */
const FILES = 'application/octet-stream';

/** Creates the card of an agent (section 4.4 of A2A 1.0). Pure. */
export function agentCard(
  about: Readonly<{
    /** Address of the JSON-RPC interface, below which is that of HTTP+JSON. */
    url: string;
    name: string;
    /** Part before the agent in its address here. */
    machine: string;
    description: string;
    takesFiles: boolean;
    version: string;
  }>,
): Readonly<Record<string, unknown>> {
  const { url, name, machine, takesFiles, version } = about;
  const modes = [...MODES, ...(takesFiles ? [FILES] : [])];
  const description = about.description === '' ? `Agent ${name} of ${machine}` : about.description;
  return {
    name,
    description,
    version,
    supportedInterfaces: [
      { url, protocolBinding: 'JSONRPC', protocolVersion: A2A_VERSION },
      { url, protocolBinding: 'HTTP+JSON', protocolVersion: A2A_VERSION },
    ],
    capabilities: { streaming: true, pushNotifications: false, extendedAgentCard: false },
    securitySchemes: {
      token: { httpAuthSecurityScheme: { scheme: 'Bearer', description: 'Token of the agent that sends' } },
    },
    securityRequirements: [{ schemes: { token: { list: [] } } }],
    defaultInputModes: modes,
    defaultOutputModes: modes,
    skills: [{ id: 'message', name: 'Messages', description, tags: ['message'] }],
  };
}
