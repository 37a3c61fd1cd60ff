import type { ReactElement, ReactNode } from 'react';
import type { GatewayRequestView } from '#shared/app-api/index.ts';
import { commandLine } from '#shared/shell-quoting.ts';
import { text } from '../../../locale/index.ts';
import { Chip, Mono, UntrustedText, quoteUntrusted, showHidden } from '../../../ui/index.ts';
import { MarkedText } from './command-box.tsx';
import styles from './command-box.module.css';
import list from './fact-list.module.css';

/** Lists the facts of a gateway's request that its row shows nowhere else, each with its whole value. */
export function RequestFacts({ request }: Readonly<{ request: GatewayRequestView }>): ReactElement {
  const facts: readonly (readonly [label: string, value: ReactNode])[] = [
    [text('requests.fact.device'), mono(request.deviceId)],
    [text('requests.fact.platform'), untrusted(request.platform)],
    [text('requests.fact.address'), mono(request.address)],
    [text('requests.fact.roles'), names(request.roles, (role) => role === 'operator')],
    [text('requests.fact.scopes'), names(request.scopes, isPowerful)],
    [text('requests.fact.commands'), names(request.commands, runsPrograms)],
    [text('requests.fact.capabilities'), names(request.capabilities, () => false)],
    [
      text('requests.fact.argv'),
      request.argv.length > 0 && commandLine(request.argv) !== request.command && (
        <Mono>
          <MarkedText>{showHidden(commandLine(request.argv))}</MarkedText>
        </Mono>
      ),
    ],
    [text('requests.fact.directory'), mono(request.directory)],
    [text('approvals.fact.program'), mono(request.program ?? null)],
    [text('approvals.fact.user'), mono(request.user ?? null)],
    [text('requests.fact.environment'), names(request.environment, () => false)],
    [text('requests.fact.host'), untrusted(request.host)],
    [text('requests.fact.agent'), untrusted(request.agent)],
    [text('requests.fact.request'), mono(request.requestId)],
  ];
  return (
    <dl className={list['facts']}>
      {facts
        .filter(([, value]) => value !== null && value !== false)
        .map(([label, value]) => (
          <div key={label} className={list['fact']}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function mono(value: string | null): ReactNode {
  return value === null ? null : (
    <Mono>
      <MarkedText>{showHidden(value)}</MarkedText>
    </Mono>
  );
}

function untrusted(value: string | null): ReactNode {
  return value === null ? null : <UntrustedText>{value}</UntrustedText>;
}

function names(values: readonly string[], isMarked: (value: string) => boolean): ReactNode {
  if (values.length === 0) return null;
  return (
    <span className={styles['names']}>
      {values.map((value) => (
        <Chip key={value} tone={isMarked(value) ? 'bad' : 'neutral'} className={styles['name']}>
          {quoteUntrusted(value)}
        </Chip>
      ))}
    </span>
  );
}

/** Reports whether a scope allows everything at the gateway. */
function isPowerful(scope: string): boolean {
  return scope === 'operator.admin';
}

function runsPrograms(command: string): boolean {
  return command === 'system.run';
}
