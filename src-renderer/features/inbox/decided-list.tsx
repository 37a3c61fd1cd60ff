import { Ban, Check, ChevronRight, Clock, CornerUpRight, Minus, Repeat, Undo2 } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import {
  Button,
  ErrorNotice,
  Mono,
  Select,
  UntrustedText,
  formatBytes,
  formatMoment,
  quoteUntrusted,
  useNow,
} from '../../ui/index.ts';
import { navigate, useApp } from '../../store/index.ts';
import { requestDetail } from '../peers/index.ts';
import { MarkedText } from './rows/command-box.tsx';
import styles from './decided-list.module.css';
import { FactList } from './rows/fact-list.tsx';
import { countOutcomes, DECIDED_OUTCOMES, type Decided, type DecidedOutcome } from './pending.ts';
import { isSaidByTitle, pastApprovalRequest, requestTitle } from './rows/request-title.ts';
import { PauseLeft } from './pause-left.tsx';
import { useDecided } from './use-decided.ts';

/** Number of rows shown at first, and added by each press on "Show more". */
const STEP = 25;
/** Number of characters of a detail that are shown before a press expands it. */
const SHOWN_DETAIL = 200;

const ICONS: Readonly<Record<DecidedOutcome, typeof Check>> = {
  approved: Check,
  denied: Minus,
  ignored: Ban,
  expired: Clock,
  withdrawn: Undo2,
  elsewhere: CornerUpRight,
  replaced: Repeat,
};

type Filter = DecidedOutcome | 'all';

/**
 * Lists the decided requests of peers and gateways, newest first, with their outcomes and reasons. A person can filter them by outcome, show more of
 * them, and unfold a long detail. Without any there is nothing. `useDecided` loads them from the agent; a failure is shown with a button that tries again.
 */
export function DecidedList(): ReactElement | null {
  const id = useId();
  const { decided, error, reload } = useDecided();
  const [filter, setFilter] = useState<Filter>('all');
  const [limit, setLimit] = useState(STEP);
  const counts = countOutcomes(decided);
  const fitting = filter === 'all' ? decided : decided.filter(({ outcome }) => outcome === filter);
  const shown = fitting.slice(0, limit);
  // An empty list would take room from the open request.
  if (decided.length === 0 && error === undefined) return null;
  return (
    <section className={styles['history']} aria-labelledby={id}>
      <div className={styles['head']}>
        <h2 id={id} className={styles['title']}>
          {text('approvals.history')}
        </h2>
        {decided.length > 0 && (
          <div className={styles['filter']}>
            <Select
              label={text('approvals.history.filter')}
              hideLabel
              value={filter}
              options={[
                { value: 'all', label: text('approvals.history.all', { total: decided.length }) },
                ...DECIDED_OUTCOMES.map((value) => ({
                  value,
                  label: text('approvals.history.count', { state: stateText(value), total: counts[value] }),
                })),
              ]}
              onChange={(value: Filter) => {
                setFilter(value);
                setLimit(STEP);
              }}
            />
          </div>
        )}
      </div>
      {error !== undefined && (
        <ErrorNotice
          error={error}
          action={
            <Button size="small" onClick={reload}>
              {text('approvals.history.retry')}
            </Button>
          }
        />
      )}
      {decided.length > 0 && shown.length === 0 && <p className={styles['none']}>{text('approvals.history.none')}</p>}
      {shown.length > 0 && (
        <ul className={styles['list']}>
          {shown.map((each) => (
            <DecidedRow key={each.id} decided={each} onLifted={reload} />
          ))}
        </ul>
      )}
      {fitting.length > shown.length && (
        <Button variant="quiet" onClick={() => setLimit(limit + STEP)}>
          {text('approvals.history.more', { count: Math.min(STEP, fitting.length - shown.length) })}
        </Button>
      )}
      <Button
        size="small"
        variant="quiet"
        edge="start"
        className={styles['all']}
        onClick={() => navigate({ page: 'history' })}
      >
        {text('inbox.history')}
        <ChevronRight aria-hidden="true" />
      </Button>
    </section>
  );
}

/** Says that an answer holds for later requests, and for files up to which size. */
function alwaysText(decided: Decided): string {
  const most = decided.kind === 'right' ? decided.approval.most : undefined;
  return most === undefined
    ? text('approvals.state.always')
    : text('approvals.state.always.most', { size: formatBytes(most) });
}

function DecidedRow({ decided, onLifted }: Readonly<{ decided: Decided; onLifted(): void }>): ReactElement {
  const now = useNow();
  const [whole, setWhole] = useState(false);
  const { outcome, at } = decided;
  const detail = detailOf(decided);
  const long = detail.length > SHOWN_DETAIL;
  const how = howOf(decided);
  const facts = decided.kind === 'right' ? (decided.approval.facts ?? []) : [];
  const isAlways = decided.kind === 'right' && decided.approval.always === true;
  const allowedUntil = decided.kind === 'right' ? decided.approval.until : undefined;
  // An approval of a target also ends with the connection.
  const isTarget = decided.kind === 'right' && decided.approval.right === 'forward';
  const peerId = decided.kind === 'right' ? decided.approval.peerId : undefined;
  const mayChange = isAlways || (allowedUntil ?? 0) > now;
  const hasMore = long || facts.length > 0;
  const Icon = ICONS[outcome];
  return (
    <li className={styles['row']} data-outcome={outcome}>
      <Icon className={styles['icon']} aria-hidden="true" />
      <span className={styles['what']}>
        <Title decided={decided} />
      </span>
      <p className={styles['when']}>
        <time dateTime={new Date(at).toISOString()}>{formatMoment(at, now)}</time>
        {' · '}
        {isAlways
          ? alwaysText(decided)
          : allowedUntil === undefined
            ? stateText(outcome)
            : text(isTarget ? 'approvals.state.until.latest' : 'approvals.state.until', {
                time: formatMoment(allowedUntil, now),
              })}
        {how !== '' && ` · ${how}`}
      </p>
      {decided.kind === 'right' && decided.approval.declinedUntil !== undefined && (
        <PauseLeft id={decided.approval.id} until={decided.approval.declinedUntil} onLifted={onLifted} />
      )}
      {detail !== '' && (
        <div className={styles['detail']}>
          <Mono>
            <MarkedText>{long && !whole ? detail.slice(0, SHOWN_DETAIL) : detail}</MarkedText>
          </Mono>
        </div>
      )}
      {whole && facts.length > 0 && (
        <div className={styles['decisive']}>
          <FactList facts={facts} />
        </div>
      )}
      {(hasMore || mayChange) && (
        <div className={styles['actions']}>
          {hasMore && (
            <Button size="small" variant="quiet" edge="start" aria-expanded={whole} onClick={() => setWhole(!whole)}>
              {whole
                ? text('approvals.history.less')
                : long
                  ? text('approvals.history.whole', { count: detail.length - SHOWN_DETAIL })
                  : text('approvals.wants')}
            </Button>
          )}
          {mayChange && (
            <Button
              size="small"
              variant="quiet"
              edge={hasMore ? undefined : 'start'}
              onClick={() => navigate({ page: 'machines', machine: peerId, tab: 'access' })}
            >
              {text('approvals.answered.always.change')}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

/** Says who wanted what. A machine that was renamed since has its present name. */
function Title({ decided }: Readonly<{ decided: Decided }>): ReactElement {
  const known = useApp(({ peers }) =>
    decided.kind === 'right' ? peers.find((peer) => peer.peerId === decided.approval.peerId)?.name : undefined,
  );
  if (decided.kind === 'request') return <>{requestTitle(decided.request)}</>;
  return (
    <>
      <strong>
        <UntrustedText>{known ?? decided.approval.peerName}</UntrustedText>
      </strong>{' '}
      {pastApprovalRequest(decided.approval)}
    </>
  );
}

function detailOf(decided: Decided): string {
  if (decided.kind === 'right')
    return isSaidByTitle(decided.approval) ? '' : requestDetail(decided.approval.right, decided.approval.detail);
  const { command, commands, roles, scopes, text: message } = decided.request;
  return command ?? [...roles, ...scopes, ...commands, ...(message === null ? [] : [message])].join(' ');
}

/** Describes who decided and why, as far as the chip with the outcome doesn't say so; empty when there is nothing to add. */
function howOf(decided: Decided): string {
  if (decided.kind === 'right') {
    const { by: browser, reason: why } = decided.approval;
    return [
      browser === undefined ? '' : text('requests.history.by', { name: quoteUntrusted(browser) }),
      why === undefined ? '' : text('requests.history.reason', { reason: quoteUntrusted(why) }),
    ]
      .filter(Boolean)
      .join(' · ');
  }
  const { by, reason, decision } = decided.request;
  return [
    decided.outcome === 'approved' && decision === 'approve-always' ? text('requests.history.always') : '',
    decided.outcome === 'elsewhere' && decision !== null ? text(`requests.history.was.${decision}`) : '',
    by === null ? '' : text('requests.history.by', { name: quoteUntrusted(by) }),
    reason === null ? '' : text('requests.history.reason', { reason: quoteUntrusted(reason) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

function stateText(outcome: DecidedOutcome): string {
  return outcome === 'elsewhere' || outcome === 'replaced'
    ? text(`requests.outcome.${outcome}`)
    : text(`approvals.state.${outcome}`);
}
