import { useEffect, useId, useMemo, useState, type ReactElement } from 'react';
import type { NodeRun } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import {
  Button,
  Chip,
  ErrorNotice,
  Mono,
  Ordered,
  OrderedRuns,
  UntrustedText,
  formatMoment,
  quoteUntrusted,
  showHidden,
  useNow,
} from '../../../ui/index.ts';
import styles from './node-section.module.css';
import { mergeRuns, outcomeOf } from './runs.ts';

/** Number of runs shown at first, and added by each press of "Show more". */
const STEP = 5;

/**
 * List of the programs that gateways have run or requested on this machine, newest first; the agent sends them. A button makes the agent cancel a
 * running one.
 */
export function RunList(): ReactElement {
  const id = useId();
  const latest = useApp((state) => state.nodeRuns);
  const { run: ask } = useCall('node.runs');
  const [earlier, setEarlier] = useState<readonly NodeRun[]>([]);
  const [limit, setLimit] = useState(STEP);
  useEffect(() => {
    void ask({}).then((answer) => {
      if (answer !== undefined) setEarlier(answer);
    });
  }, [ask]);
  const runs = useMemo(() => mergeRuns(latest, earlier), [latest, earlier]);
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {text('node.runs')}
      </h2>
      {runs.length === 0 && <p className={styles['note']}>{text('node.runs.none')}</p>}
      {runs.length > 0 && (
        <ul className={styles['list']}>
          {runs.slice(0, limit).map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </ul>
      )}
      {runs.length > limit && (
        <Button variant="quiet" onClick={() => setLimit(limit + STEP)}>
          {text('node.runs.more', { count: Math.min(STEP, runs.length - limit) })}
        </Button>
      )}
    </section>
  );
}

function RunRow({ run }: Readonly<{ run: NodeRun }>): ReactElement {
  const now = useNow();
  const cancel = useCall('node.cancel');
  const { command, outcome, startedAt, endedAt } = run;
  const { tone, word } = outcomeOf(run);
  const lasted = endedAt === null ? '' : text('node.run.lasted', { seconds: lastedText(endedAt - startedAt) });
  const details = [
    run.directory === null ? '' : quoteUntrusted(run.directory),
    run.agent === null ? '' : text('node.run.agent', { agent: showHidden(run.agent) }),
    lasted,
    run.outputLength === 0 ? '' : text('node.run.output', { count: run.outputLength }),
  ];
  return (
    <li className={styles['row']} data-run={run.id} data-outcome={outcome}>
      <span className={styles['what']}>
        <span className={styles['command']}>
          <Mono>
            <Ordered>
              <OrderedRuns>{showHidden(command)}</OrderedRuns>
            </Ordered>
          </Mono>
        </span>
        <span className={styles['detail']}>
          <UntrustedText>{run.gatewayName}</UntrustedText>
          {' · '}
          {formatMoment(startedAt, now)}
        </span>
        <span className={styles['detail']}>{details.filter(Boolean).join(' · ')}</span>
        {cancel.error !== undefined && <ErrorNotice error={cancel.error} onDismiss={cancel.reset} />}
      </span>
      <span className={styles['side']}>
        {tone === 'neutral' ? <span className={styles['detail']}>{word}</span> : <Chip tone={tone}>{word}</Chip>}
        {outcome === 'running' && (
          <Button
            size="small"
            busy={cancel.busy}
            aria-label={text('node.run.cancel.of', { command: showHidden(command.slice(0, 80)) })}
            onClick={() => void cancel.run({ run: run.id })}
          >
            {text('node.run.cancel')}
          </Button>
        )}
      </span>
    </li>
  );
}

function lastedText(milliseconds: number): string {
  return formatNumber(Math.max(0, milliseconds) / 1000, { maximumFractionDigits: 1 });
}
