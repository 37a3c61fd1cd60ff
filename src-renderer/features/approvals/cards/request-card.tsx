import { useId, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import type { GatewayRequestDecision, GatewayRequestView } from '#shared/app-api/index.ts';
import { commandLine } from '#shared/shell-quoting.ts';
import { joinList, text } from '../../../locale/index.ts';
import {
  Button,
  Caution,
  Chip,
  classes,
  Countdown,
  ErrorNotice,
  Mono,
  UntrustedText,
  formatMoment,
  quoteUntrusted,
  showHidden,
  useNow,
} from '../../../ui/index.ts';
import styles from './approval-card.module.css';
import type { ArrivalGuard } from '../decision/arrival-guard.ts';
import { CommandBox, MarkedText } from './command-box.tsx';
import { DecisionNote } from './decision-note.tsx';
import { FactBox } from './fact-box.tsx';
import own from './request-card.module.css';
import { requestTitle } from './request-title.ts';
import { useGuardedCard } from '../decision/use-guarded-card.ts';
import { useRequestDecision } from '../decision/use-request-decision.ts';

export type RequestCardProps = Readonly<{
  request: GatewayRequestView;
  /** Decides when the buttons of this card accept a press. */
  guard: ArrivalGuard;
  /** Called when the card is removed while it has the focus. */
  onFocusLost(): void;
}>;

/**
 * Shows one request of an OpenClaw gateway: its text and command, which can be copied to the clipboard, its facts, its end, a field for an optional
 * reason, and a button for each answer that the gateway accepts (sent by `requests.decide`, with a toast or an error as the result). Approving needs
 * all of the request to have been in sight, and no scope to be missing. No answer has the focus at first, and the guard ignores clicks and keys that
 * were meant for something else.
 */
export function RequestCard({ request, guard, onFocusLost }: RequestCardProps): ReactElement {
  const id = useId();
  const now = useNow();
  const card = useRef<HTMLLIElement>(null);
  const decision = useRequestDecision(request);
  const [over, setOver] = useState(false);
  const [isCommandRead, setCommandRead] = useState(request.command === null);
  const [isTextRead, setTextRead] = useState(request.text === null);
  const [areFactsRead, setFactsRead] = useState(false);
  const [reason, setReason] = useState('');
  const isRead = isCommandRead && isTextRead && areFactsRead;
  const closed = over || decision.busy !== undefined;
  const lacks = request.missingScopes.length > 0;

  const { readiness, isReady, ...guarded } = useGuardedCard(
    card,
    guard,
    request.key,
    decision.error !== undefined,
    onFocusLost,
  );

  const answer = (wanted: GatewayRequestDecision) => (): void => {
    if (isReady() && !closed) void decision.decide(wanted, reason);
  };
  const holdKeys = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLInputElement)) guarded.holdKeys(event);
  };
  return (
    <li ref={card} className={styles['card']} aria-labelledby={`${id}-title`} data-request={request.key}>
      <header className={styles['header']}>
        <h3 id={`${id}-title`} className={styles['title']}>
          {requestTitle(request)}
        </h3>
        {request.expiresAt !== null && <Countdown until={request.expiresAt} onEnd={() => setOver(true)} />}
      </header>
      <p className={styles['requester']}>
        <Chip tone="info">{text(`requests.kind.${request.kind}`)}</Chip>
        <span>
          {text('requests.at')} <UntrustedText>{request.gatewayName}</UntrustedText>
        </span>
        {request.repair && <Chip tone="warning">{text('requests.repair')}</Chip>}
        {request.severity !== null && request.severity !== 'info' && (
          <Chip tone={request.severity === 'critical' ? 'bad' : 'warning'}>
            {text(`requests.severity.${request.severity}`)}
          </Chip>
        )}
      </p>
      {request.text !== null && (
        <CommandBox
          label={text(request.kind === 'plugin' ? 'requests.text' : 'requests.warning')}
          command={request.text}
          onRead={() => setTextRead(true)}
        />
      )}
      {request.command !== null && (
        <CommandBox label={text('requests.command')} command={request.command} onRead={() => setCommandRead(true)} />
      )}
      <FactBox onRead={() => setFactsRead(true)}>
        <RequestFacts request={request} />
      </FactBox>
      <p className={styles['times']}>
        {text('approvals.requested', { at: formatMoment(request.requestedAt, now) })}
        {request.expiresAt !== null && (
          <>
            {' · '}
            {over
              ? text('requests.over')
              : text('approvals.answer-until', { until: formatMoment(request.expiresAt, now) })}
          </>
        )}
      </p>
      <Caution className={own['caution']}>
        {lacks && text('requests.lacks', { scopes: joinList(request.missingScopes.map(showHidden)) })}
      </Caution>
      <Caution className={own['caution']}>
        {!request.decisions.includes('approve') && text('requests.only-reject')}
      </Caution>
      <div
        className={classes(styles['answers'], readiness !== 'ready' && styles['guarded'])}
        role="group"
        aria-label={text('approvals.answer')}
        data-readiness={readiness}
        // A new request can't be pressed or focused. A moved one keeps its focus and ignores presses.
        inert={readiness === 'fresh'}
        onKeyDownCapture={holdKeys}
      >
        {!isRead && request.decisions.includes('approve') && (
          <p id={`${id}-unread`} className={styles['scope']}>
            {text('requests.unread')}
          </p>
        )}
        <div className={styles['buttons']}>
          {(['approve', 'approve-always', 'reject'] as const)
            .filter((each) => request.decisions.includes(each))
            .map((each) => {
              const needsMore = each !== 'reject' && (!isRead || lacks);
              return (
                <Button
                  key={each}
                  variant={each === 'approve' ? 'primary' : 'secondary'}
                  busy={decision.busy === each}
                  disabled={needsMore || (closed && decision.busy !== each)}
                  aria-describedby={each !== 'reject' && !isRead ? `${id}-unread` : undefined}
                  onClick={answer(each)}
                >
                  {answerText(each, request)}
                </Button>
              );
            })}
        </div>
        {request.decisions.includes('approve-always') && (
          <p className={styles['scope']}>{text(`requests.always.${request.kind === 'run' ? 'run' : 'there'}`)}</p>
        )}
        {request.onceReason !== undefined && (
          <p className={styles['scope']}>{text(`requests.once.${request.onceReason}`)}</p>
        )}
        <DecisionNote reason={reason} onChange={setReason} />
      </div>
      {decision.error !== undefined && (
        <div className={styles['error']}>
          <ErrorNotice error={decision.error} onDismiss={decision.reset} />
        </div>
      )}
    </li>
  );
}

function answerText(decision: GatewayRequestDecision, request: GatewayRequestView): string {
  switch (decision) {
    case 'approve':
      return text(request.decisions.includes('approve-always') ? 'approvals.approve.once' : 'approvals.approve');
    case 'approve-always':
      return text('requests.approve-always');
    case 'reject':
      return text('requests.reject');
  }
}

/** Lists the facts that the card shows nowhere else, each with its whole value. */
function RequestFacts({ request }: Readonly<{ request: GatewayRequestView }>): ReactElement {
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
    [text('requests.fact.environment'), names(request.environment, () => false)],
    [text('requests.fact.host'), untrusted(request.host)],
    [text('requests.fact.agent'), untrusted(request.agent)],
    [text('requests.fact.request'), mono(request.requestId)],
  ];
  return (
    <dl className={own['facts']}>
      {facts
        .filter(([, value]) => value !== null && value !== false)
        .map(([label, value]) => (
          <div key={label} className={own['fact']}>
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
    <span className={own['names']}>
      {values.map((value) => (
        <Chip key={value} tone={isMarked(value) ? 'bad' : 'neutral'} className={own['name']}>
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
