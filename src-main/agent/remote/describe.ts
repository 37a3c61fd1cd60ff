import type { ApprovalFact, Workflow } from '#shared/app-api/index.ts';
import type { RemoteRequest } from '#shared/remote/index.ts';
import type { RequestText } from '../approvals/index.ts';

/**
 * Describes what a person is asked about; undefined for what nobody at the other side has asked for. The words of the peer come last, on one
 * line, or are facts of their own: nothing of ours follows them, and nothing of theirs passes for ours.
 * @param gateway the one that would be used; one that is not there has no id
 */
export function describePrompt(
  request: RemoteRequest,
  gateway: Readonly<{ id?: string; name: string }> | undefined,
  workflow: Workflow | undefined,
): RequestText | undefined {
  const at: readonly ApprovalFact[] = gateway === undefined ? [] : [{ fact: 'gateway', value: gateway.name }];
  const subject = gateway?.id;
  switch (request.type) {
    case 'prompt': {
      const { session, prompt } = request.data;
      const inSession: readonly ApprovalFact[] =
        session === undefined ? [] : [{ fact: 'session', value: oneLine(session) }];
      return {
        detail: `send OpenClaw a prompt: ${oneLine(prompt)}`,
        facts: [...at, ...inSession],
        subject,
        audited: `send OpenClaw a prompt of ${prompt.length} characters`,
      };
    }
    case 'workflow': {
      const { workflow: name, params } = request.data;
      const method = workflow?.action.kind === 'method' ? workflow.action.method : undefined;
      const calls: readonly ApprovalFact[] = method === undefined ? [] : [{ fact: 'method', value: method }];
      const values: readonly ApprovalFact[] =
        params === undefined || Object.keys(params).length === 0
          ? []
          : [{ fact: 'values', value: JSON.stringify(params) }];
      return { detail: `start the workflow ${name}`, facts: [...at, ...calls, ...values], subject };
    }
    case 'restart':
      return {
        detail:
          request.data?.confirm === true
            ? 'restart OpenClaw; what it is doing is broken off'
            : 'see what a restart of OpenClaw would break off',
        facts: at,
        subject,
      };
    case 'status':
      return { detail: 'see how OpenClaw is doing', facts: at, subject };
    case 'workflows':
      return { detail: 'see the names of your workflows' };
    case 'watch':
      return undefined;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, ' ⏎ ').replaceAll('\t', ' ');
}
