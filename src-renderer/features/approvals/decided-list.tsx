import { useId, useState, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { Button, Chip, ErrorNotice, Mono, Select } from '../../ui/index.ts';
import { ForeignText, formatMoment, showHidden, useNow } from '../peers/index.ts';
import styles from './decided-list.module.css';
import { countStates, DECIDED_STATES, type DecidedApproval, type DecidedState } from './order.ts';
import { useDecided } from './use-decided.ts';

/** Shown at first, and with each press more. */
const STEP = 25;
/** Of a detail, before the rest is asked for; the whole is one press away and says how long it is. */
const SHOWN_DETAIL = 200;

const TONES = {
  approved: 'good',
  denied: 'neutral',
  ignored: 'warning',
  expired: 'neutral',
  withdrawn: 'neutral',
} as const;

type Filter = DecidedState | 'all';

/** What became of the earlier requests. */
export function DecidedList(): ReactElement {
  const id = useId();
  const { decided, error, reload } = useDecided();
  const [filter, setFilter] = useState<Filter>('all');
  const [limit, setLimit] = useState(STEP);
  const counts = countStates(decided);
  const fitting = filter === 'all' ? decided : decided.filter(({ state }) => state === filter);
  const shown = fitting.slice(0, limit);
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
                ...DECIDED_STATES.map((value) => ({
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
      {decided.length === 0 && error === undefined && (
        <p className={styles['none']}>{text('approvals.history.empty')}</p>
      )}
      {decided.length > 0 && shown.length === 0 && <p className={styles['none']}>{text('approvals.history.none')}</p>}
      {shown.length > 0 && (
        <ul className={styles['list']}>
          {shown.map((approval) => (
            <DecidedRow key={approval.id} approval={approval} />
          ))}
        </ul>
      )}
      {fitting.length > shown.length && (
        <Button variant="quiet" onClick={() => setLimit(limit + STEP)}>
          {text('approvals.history.more', { count: Math.min(STEP, fitting.length - shown.length) })}
        </Button>
      )}
    </section>
  );
}

function DecidedRow({ approval }: Readonly<{ approval: DecidedApproval }>): ReactElement {
  const now = useNow();
  const [whole, setWhole] = useState(false);
  const { detail, state, kind, right } = approval;
  const long = detail.length > SHOWN_DETAIL;
  return (
    <li className={styles['row']}>
      <div className={styles['facts']}>
        <span className={styles['state']}>
          <Chip tone={TONES[state]}>{stateText(state)}</Chip>
        </span>
        <span className={styles['what']}>
          <strong>
            <ForeignText>{approval.peerName}</ForeignText>
          </strong>{' '}
          {text(`approvals.requested.${kind}.${right}`)}
        </span>
        <time className={styles['when']} dateTime={new Date(momentOf(approval)).toISOString()}>
          {formatMoment(momentOf(approval), now)}
        </time>
      </div>
      <div className={styles['detail']}>
        <Mono>
          <bdi>{showHidden(long && !whole ? detail.slice(0, SHOWN_DETAIL) : detail)}</bdi>
        </Mono>
        {long && (
          <Button size="small" variant="quiet" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole
              ? text('approvals.history.less')
              : text('approvals.history.whole', { count: detail.length - SHOWN_DETAIL })}
          </Button>
        )}
      </div>
    </li>
  );
}

function momentOf(approval: DecidedApproval): number {
  return approval.decidedAt ?? approval.requestedAt;
}

function stateText(state: DecidedState): string {
  return text(`approvals.state.${state}`);
}
