import type { Workflow } from '#shared/app-api/index.ts';
import type { RemoteRequest } from '#shared/remote/index.ts';

/**
 * What a person is asked about; undefined for what nobody at the other side has asked for. The words of the peer come last, on one line:
 * nothing that follows them can pass for ours.
 */
export function describeRequest(
  request: RemoteRequest,
  gateway: string | undefined,
  workflow: Workflow | undefined,
): string | undefined {
  const at = gateway === undefined ? '' : ` at the gateway ${gateway}`;
  switch (request.type) {
    case 'prompt': {
      const { session, prompt } = request.data;
      const where = session === undefined ? '' : `, in the session ${oneLine(session)}`;
      return `send OpenClaw a prompt${at}${where}: ${oneLine(prompt)}`;
    }
    case 'workflow': {
      const { workflow: name, params = {} } = request.data;
      const does = workflow?.action.kind === 'method' ? `, which calls ${workflow.action.method}` : '';
      const values = Object.entries(params).map(([key, value]) => `${oneLine(key)}=${oneLine(valueText(value))}`);
      return `start the workflow ${name}${at}${does}${values.length === 0 ? '' : ` with ${values.join(', ')}`}`;
    }
    case 'restart':
      return request.data?.confirm === true
        ? `restart OpenClaw${at}; what it is doing is broken off`
        : `see what a restart of OpenClaw would break off${at}`;
    case 'status':
      return `see how OpenClaw is doing${at}`;
    case 'workflows':
      return 'see the names of your workflows';
    case 'watch':
      return undefined;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, ' ⏎ ').replaceAll('\t', ' ');
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
