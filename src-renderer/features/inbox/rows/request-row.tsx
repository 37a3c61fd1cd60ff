import { useRef, useState, type ReactElement } from 'react';
import type { GatewayRequestDecision, GatewayRequestView } from '#shared/app-api/index.ts';
import { joinList, text } from '../../../locale/index.ts';
import {
  Caution,
  Chip,
  Mono,
  formatMomentWithSeconds,
  showHidden,
  useNow,
  type ArrivalGuard,
  useGuardedRow,
} from '../../../ui/index.ts';
import { useRequestDecision } from '../decision/use-request-decision.ts';
import { Answers, type BusyAnswer } from './answers.tsx';
import { CommandBox, MarkedText } from './command-box.tsx';
import { FactBox } from './fact-box.tsx';
import { RequestFacts } from './request-facts.tsx';
import { isRequestForOnce } from './once.ts';
import { requestTitle } from './request-title.ts';
import { RowFrame, type RowState } from './row-frame.tsx';
import styles from './row.module.css';
import { useRowHandle, type RegisterRow } from './use-row-handle.ts';

export type RequestRowProps = Readonly<{
  request: GatewayRequestView;
  row: RowState;
  /** Decides when the answers of this row accept a press. */
  guard: ArrivalGuard;
  register: RegisterRow;
  /** Called when the row is removed while it has the focus. */
  onFocusLost(): void;
}>;

const BUSY: Readonly<Record<GatewayRequestDecision, Exclude<BusyAnswer, undefined>>> = {
  approve: 'once',
  'approve-always': 'always',
  reject: 'decline',
};

/**
 * Row of an OpenClaw gateway's request: its text and command, its facts, and an answer for each that the gateway accepts (sent by `requests.decide`).
 * Approving needs all of the request to have been in sight, and no scope to be missing.
 */
export function RequestRow({ request, row, guard, register, onFocusLost }: RequestRowProps): ReactElement {
  const now = useNow();
  const element = useRef<HTMLLIElement>(null);
  const decision = useRequestDecision(request);
  const [over, setOver] = useState(false);
  const [isCommandRead, setCommandRead] = useState(request.command === null);
  const [isTextRead, setTextRead] = useState(request.text === null);
  const [areFactsRead, setFactsRead] = useState(false);
  const [reason, setReason] = useState('');
  const isRead = isCommandRead && isTextRead && areFactsRead;
  const closed = over || decision.busy !== undefined;
  const { decisions, missingScopes } = request;
  const lacks =
    missingScopes.length > 0 ? text('requests.lacks', { scopes: joinList(missingScopes.map(showHidden)) }) : undefined;
  const guarded = useGuardedRow(element, guard, request.key, decision.error !== undefined, onFocusLost);
  const answer = (wanted: GatewayRequestDecision) => (): void => {
    if (guarded.isReady() && !closed) void decision.decide(wanted, reason);
  };
  const lasting = isRequestForOnce(request.kind) ? undefined : text(`requests.approve.${request.kind}`);
  const lasts = lasting !== undefined;
  const mayApprove = row.isOpen && isRead && lacks === undefined && decisions.includes('approve') && !lasts;
  useRowHandle(register, request.key, {
    mayApprove,
    lasts,
    approve: () => {
      if (mayApprove) answer('approve')();
    },
    missing: (how) => {
      if (!decisions.includes('approve')) return text('requests.only-reject');
      if (lacks !== undefined) return lacks;
      if (how !== 'approve' || lasts) return text('inbox.ignored.not-offered');
      return isRead ? undefined : text('requests.unread');
    },
    hour: ignore,
    relay: ignore,
    decline: answer('reject'),
  });
  const title = requestTitle(request);

  return (
    <RowFrame
      ref={element}
      row={row}
      data-request={request.key}
      title={title}
      name={title}
      summary={<RequestSummary request={request} />}
      machine={request.machine?.name}
      expiresAt={request.expiresAt}
      onEnd={() => setOver(true)}
    >
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
      <p className={styles['asked']}>
        <span>
          {over
            ? text('requests.over')
            : text('approvals.requested', { at: formatMomentWithSeconds(request.requestedAt, now) })}
        </span>
        {request.repair && <Chip tone="warning">{text('requests.repair')}</Chip>}
        {request.severity !== null && request.severity !== 'info' && (
          <Chip tone={request.severity === 'critical' ? 'bad' : 'warning'}>
            {text(`requests.severity.${request.severity}`)}
          </Chip>
        )}
      </p>
      <Caution>{lacks}</Caution>
      <Caution>{!decisions.includes('approve') && text('requests.only-reject')}</Caution>
      <Answers
        readiness={guarded.readiness}
        onKeyDownCapture={guarded.holdKeys}
        busy={decision.busy === undefined ? undefined : BUSY[decision.busy]}
        closed={closed}
        isRead={isRead}
        once={
          decisions.includes('approve')
            ? {
                lasting: lasting === undefined ? undefined : { label: lasting },
                onPress: answer('approve'),
                reason: lacks,
              }
            : undefined
        }
        always={
          decisions.includes('approve-always')
            ? {
                label: text('requests.approve-always'),
                explain: text(`requests.always.${request.kind === 'run' ? 'run' : 'there'}`),
                reason: lacks,
                onPress: answer('approve-always'),
              }
            : undefined
        }
        onDecline={answer('reject')}
        reason={reason}
        onReason={request.machine === undefined ? setReason : undefined}
        error={decision.error}
        onDismiss={decision.reset}
      >
        {lasts && decisions.includes('approve') && <p className={styles['scope']}>{text('requests.lasting')}</p>}
        {request.onceReason !== undefined && (
          <p className={styles['scope']}>{text(`requests.once.${request.onceReason}`)}</p>
        )}
      </Answers>
    </RowFrame>
  );
}

/** A gateway's request has no such answer. */
function ignore(): void {}

/** Command and folder of a request in one line, or what a device asks for. */
export function RequestSummary({ request }: Readonly<{ request: GatewayRequestView }>): ReactElement {
  const { command, directory, text: message, roles, scopes, commands } = request;
  if (command === null) return <MarkedText>{message ?? joinList([...roles, ...scopes, ...commands])}</MarkedText>;
  return (
    <>
      <Mono>
        <span className={styles['what']}>
          <MarkedText>{showHidden(command)}</MarkedText>
        </span>
      </Mono>{' '}
      {directory !== null && (
        <span className={styles['where']}>
          <span className={styles['joint']}>{text('inbox.in')}</span>{' '}
          <Mono>
            <MarkedText>{showHidden(directory)}</MarkedText>
          </Mono>
        </span>
      )}
    </>
  );
}
